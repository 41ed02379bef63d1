#include "net/listener.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>

namespace towline::net {
namespace {

config::Endpoint endpoint(std::string_view text) {
  return *config::parse_endpoint(text);
}

TEST(AcceptStatus, TellsOneBadClientFromNoMoreDescriptors) {
  EXPECT_EQ(accept_status(0), AcceptStatus::accepted);
  EXPECT_EQ(accept_status(EAGAIN), AcceptStatus::empty);
  for (const int error : {ECONNABORTED, EINTR, EPERM, EPROTO, ENETDOWN, EHOSTUNREACH, ENETUNREACH}) {
    EXPECT_EQ(accept_status(error), AcceptStatus::failed) << error;
  }
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EBADF, EINVAL, 9'999}) {
    EXPECT_EQ(accept_status(error), AcceptStatus::exhausted) << error << " must not make the loop spin";
  }
}

class ListenerTest : public ::testing::Test {
 protected:
  std::string tcp_error(std::string_view address) {
    TcpListener listener(loop_.get_executor());
    const auto opened = listener.open(endpoint(address), options_);
    EXPECT_FALSE(listener.is_open());
    return opened ? "" : opened.error().message;
  }

  boost::asio::io_context loop_{1};
  ListenOptions options_{"sources.app.listen", std::nullopt};
};

TEST_F(ListenerTest, TheAddressHasTheRealPort) {
  TcpListener listener(loop_.get_executor());
  ASSERT_TRUE(listener.open(endpoint("127.0.0.1:0"), options_));
  EXPECT_EQ(listener.address().rfind("127.0.0.1:", 0), 0U);
  EXPECT_NE(listener.address(), "127.0.0.1:0");
}

TEST_F(ListenerTest, AcceptGivesAConnectedSocketOrNothing) {
  TcpListener listener(loop_.get_executor());
  ASSERT_TRUE(listener.open(endpoint("127.0.0.1:0"), options_));
  runtime::TcpSocket socket(loop_.get_executor());
  EXPECT_EQ(listener.accept(socket), AcceptStatus::empty);

  const auto bound = endpoint(listener.address());
  boost::asio::ip::tcp::socket client(loop_);
  client.connect({boost::asio::ip::make_address(bound.host), bound.port});
  ASSERT_EQ(listener.accept(socket), AcceptStatus::accepted);
  EXPECT_EQ(socket.remote_endpoint(), client.local_endpoint());
  char byte = 0;
  EXPECT_EQ(::recv(socket.native_handle(), &byte, 1, 0), -1) << "non-blocking";
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(ListenerTest, ConnectionsInheritKeepAliveAndTheReceiveBuffer) {
  options_.receive_buffer = 32'768;
  TcpListener listener(loop_.get_executor());
  ASSERT_TRUE(listener.open(endpoint("127.0.0.1:0"), options_));
  const auto bound = endpoint(listener.address());
  boost::asio::ip::tcp::socket client(loop_);
  client.connect({boost::asio::ip::make_address(bound.host), bound.port});
  runtime::TcpSocket socket(loop_.get_executor());
  ASSERT_EQ(listener.accept(socket), AcceptStatus::accepted);
  boost::asio::socket_base::keep_alive keep_alive;
  socket.get_option(keep_alive);
  EXPECT_TRUE(keep_alive.value());
  EXPECT_EQ(granted_receive_buffer(socket.native_handle()), 32'768U);
}

TEST_F(ListenerTest, APortInUse) {
  TcpListener first(loop_.get_executor());
  ASSERT_TRUE(first.open(endpoint("127.0.0.1:0"), options_));
  EXPECT_EQ(tcp_error(first.address()),
            "can't listen on tcp " + first.address() +
                ": address already in use (is another towline running? change sources.app.listen)");
}

TEST_F(ListenerTest, AnAddressOfAnotherMachine) {
  EXPECT_EQ(tcp_error("192.0.2.1:0"),
            "can't listen on tcp 192.0.2.1:0: cannot assign requested address (no interface of this machine has this "
            "address; change sources.app.listen)");
}

TEST_F(ListenerTest, UdpPortsAreNotShared) {
  const auto first = bind_udp(loop_.get_executor(), endpoint("127.0.0.1:0"), options_);
  ASSERT_TRUE(first);
  const std::string address = to_text(first->local_endpoint());
  const auto second = bind_udp(loop_.get_executor(), endpoint(address), options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "can't listen on udp " + address +
                ": address already in use (is another towline running? change sources.app.listen)");
}

TEST_F(ListenerTest, UdpAsksForItsReceiveBuffer) {
  options_.receive_buffer = 16'384;
  const auto socket = bind_udp(loop_.get_executor(), endpoint("[::1]:0"), options_);
  ASSERT_TRUE(socket);
  EXPECT_EQ(granted_receive_buffer(const_cast<runtime::UdpSocket&>(*socket).native_handle()), 16'384U);
}

}  // namespace
}  // namespace towline::net
