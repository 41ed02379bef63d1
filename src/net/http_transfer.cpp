#include "net/http_transfer.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.hpp"
#include "base/version.hpp"

namespace towline::net {

namespace {

using std::chrono::milliseconds;

long millis(Duration duration) {
  return static_cast<long>(std::chrono::duration_cast<milliseconds>(duration).count());
}

// Large enough to keep a TLS connection busy, small enough to forget.
constexpr long upload_buffer_bytes = 128 * 1024;
// How long sent bytes may stay without an acknowledgement before the connection is given up (TCP_USER_TIMEOUT).
constexpr unsigned unacknowledged_ms = 30'000;
// How much libcurl may hand to the kernel before it is sent (TCP_NOTSENT_LOWAT). Without it a slow uplink takes
// megabytes at once, and then nothing seems to move for minutes.
constexpr int unsent_bytes = 128 * 1024;
// A reply that goes on past this, and past what is to be kept of it, is ended.
constexpr std::size_t reply_read_max = std::size_t{1} << 20U;

TransportError classify(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return TransportError::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportError::dns;
    case CURLE_COULDNT_CONNECT:
      return TransportError::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return TransportError::tls;
    case CURLE_OPERATION_TIMEDOUT:
      return TransportError::timeout;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return TransportError::reset;
    default:
      return TransportError::bad_reply;
  }
}

// Called by libcurl for each new socket: notice a peer that has vanished, and how fast bytes really leave.
int prepare_socket(void* /*unused*/, curl_socket_t socket, curlsocktype /*purpose*/) {
  setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof(unacknowledged_ms));
  setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes, sizeof(unsent_bytes));
  return CURL_SOCKOPT_OK;
}

// The answer's time and the body's, at the slowest rate that is put up with.
long whole_time_ms(const HttpOptions& options, std::size_t body_bytes) {
  return millis(options.timeout) + static_cast<long>(body_bytes * 1000 / HttpOptions::upload_rate_min);
}

const char* user_agent() {
  static const std::string agent = "towline/" + std::string(version());
  return agent.c_str();
}

}  // namespace

HttpTransfer::HttpTransfer(HttpRequest request, OnReply on_reply)
    : request_(std::move(request)), on_reply_(std::move(on_reply)), easy_(curl_easy_init()) {
  CHECK(easy_ != nullptr);
}

HttpTransfer::~HttpTransfer() {
  for (curl_slist* header = headers_; header != nullptr; header = header->next) {
    explicit_bzero(header->data, std::strlen(header->data));
  }
  curl_slist_free_all(headers_);
  curl_easy_cleanup(easy_);
}

template <class Value>
void HttpTransfer::set(CURLoption option, Value value) {
  CHECK(curl_easy_setopt(easy_, option, value) == CURLE_OK);
}

void HttpTransfer::add_header(const char* line) {
  headers_ = curl_slist_append(headers_, line);
  CHECK(headers_ != nullptr);
}

void HttpTransfer::configure(const HttpOptions& options) {
  CHECK(options.reply_body_max <= reply_body_limit);
  body_max_ = options.reply_body_max;
  configure_request();
  configure_limits(options);
  configure_tls(options);
}

void HttpTransfer::configure_request() {
  for (const Secret& header : request_.headers) add_header(header.reveal().data());
  if (request_.body.size() == 0) add_header("Content-Type:");  // libcurl has one of its own for a POST
  add_header("Expect:");  // don't wait for a 100 Continue that many servers never send
  set(CURLOPT_URL, request_.url.c_str());
  if (request_.method == "GET" && request_.body.size() == 0) {
    set(CURLOPT_HTTPGET, 1L);
  } else {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  set(CURLOPT_HTTPHEADER, headers_);
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  set(CURLOPT_USERAGENT, user_agent());
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_READFUNCTION, &HttpTransfer::read);
  set(CURLOPT_READDATA, this);
  set(CURLOPT_SEEKFUNCTION, &HttpTransfer::seek);
  set(CURLOPT_SEEKDATA, this);
  set(CURLOPT_HEADERFUNCTION, &HttpTransfer::receive_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &HttpTransfer::receive);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_ERRORBUFFER, error_.data());
}

void HttpTransfer::configure_limits(const HttpOptions& options) {
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  if (!options.proxies) set(CURLOPT_PROXY, "");  // the environment isn't asked either
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, millis(options.connect_timeout));
  set(CURLOPT_TIMEOUT_MS, whole_time_ms(options, request_.body.size()));
  set(CURLOPT_LOW_SPEED_LIMIT, HttpOptions::stalled_rate);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::chrono::ceil<std::chrono::seconds>(options.timeout).count()));
  set(CURLOPT_MAXLIFETIME_CONN, static_cast<long>(millis(options.connection_max_age) / 1000));
  set(CURLOPT_DNS_CACHE_TIMEOUT, 30L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that doesn't answer is left behind, not waited for
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_SOCKOPTFUNCTION, &prepare_socket);
  set(CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes);
}

void HttpTransfer::configure_tls(const HttpOptions& options) {
  set(CURLOPT_SSLVERSION, static_cast<long>(options.tls_1_3_only ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, options.verify ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, options.verify ? 2L : 0L);
  set(CURLOPT_CA_CACHE_TIMEOUT, 0L);  // each connection reads the file anew: it may have been replaced
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));  // else the system's directory of authorities is asked as well
  }
  if (!options.cert_file.empty()) set(CURLOPT_SSLCERT, options.cert_file.c_str());
  if (!options.key_file.empty()) set(CURLOPT_SSLKEY, options.key_file.c_str());
}

std::size_t HttpTransfer::read(char* out, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  const std::size_t n = transfer.request_.body.read(transfer.sent_, std::span(out, size * count));
  transfer.sent_ += n;
  return n;
}

// libcurl starts over on a fresh connection when a kept one turns out to be dead.
int HttpTransfer::seek(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<HttpTransfer*>(self)->sent_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

// libcurl takes a connection that ends between two header lines for the end of the headers.
std::size_t HttpTransfer::receive_header(char* data, std::size_t size, std::size_t count, void* self) {
  const std::string_view line(data, size * count);
  auto& transfer = *static_cast<HttpTransfer*>(self);
  if (line.starts_with("HTTP/")) {  // that of a proxy, or a 100 Continue, may have come before
    transfer.head_complete_ = false;
    transfer.reply_.headers.clear();
    transfer.header_bytes_ = 0;
  } else if (line == "\r\n" || line == "\n") {
    transfer.head_complete_ = true;
  } else if (!transfer.head_complete_) {  // else it is a trailer
    transfer.keep_header(line);
  }
  return size * count;
}

void HttpTransfer::keep_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  header_bytes_ += line.size();
  if (colon == 0 || colon == std::string_view::npos || header_bytes_ > HttpReply::header_bytes_max) return;
  if (reply_.headers.size() == HttpReply::headers_max) return;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = line.find_first_not_of(blanks, colon + 1);
  const std::size_t end = line.find_last_not_of(blanks);
  std::string value(begin == std::string_view::npos ? std::string_view() : line.substr(begin, end + 1 - begin));
  reply_.headers.emplace_back(std::move(name), std::move(value));
}

// Keeps the beginning, throws the rest away, and ends a reply that doesn't end by itself.
std::size_t HttpTransfer::receive(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<HttpTransfer*>(self);
  std::string& body = transfer.reply_.body;
  body.append(data, std::min(size * count, transfer.body_max_ - body.size()));
  transfer.received_ += size * count;
  transfer.reply_.body_cut = transfer.received_ > body.size();
  return transfer.is_overlong() ? 0 : size * count;
}

bool HttpTransfer::is_overlong() const {
  return received_ > std::max(reply_read_max, body_max_);
}

void HttpTransfer::read_outcome(CURLcode code) {
  if (code == CURLE_WRITE_ERROR && is_overlong()) code = CURLE_OK;  // the status was there long before
  reply_.error = classify(code);
  if (code != CURLE_OK) {
    reply_.error_text = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
    return;
  }
  if (!head_complete_) {
    reply_.error = TransportError::bad_reply;
    reply_.error_text = "the answer ended within its headers";
    return;
  }
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  reply_.status = static_cast<int>(status);
  curl_header* header = nullptr;
  if (curl_easy_header(easy_, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
    reply_.retry_after = header->value;
  }
}

void HttpTransfer::finish(CURLcode code) {
  read_outcome(code);
  on_reply_(std::move(reply_));
}

}  // namespace towline::net
