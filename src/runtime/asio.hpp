// The only header that names Boost.Asio's types for the rest of the project, with the project's default token:
// an awaited operation gives (error_code, result) as a value and never throws.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace towline::runtime {

namespace asio = boost::asio;

using Executor = asio::any_io_executor;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;
using Token = asio::as_tuple_t<asio::use_awaitable_t<Executor>>;

using Timer = Token::as_default_on_t<asio::steady_timer>;
using TcpSocket = Token::as_default_on_t<asio::ip::tcp::socket>;
using TcpAcceptor = Token::as_default_on_t<asio::ip::tcp::acceptor>;
using UdpSocket = Token::as_default_on_t<asio::ip::udp::socket>;
using ErrorCode = boost::system::error_code;

}  // namespace towline::runtime
