#include "net/outbound.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <span>

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
// A reply that goes on past this is ended.
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

}  // namespace

// One request under way. libcurl holds raw pointers into it, so it stays where it is until the transfer is removed.
struct Outbound::Transfer {
  HttpRequest request;
  OnReply on_reply;
  HttpReply reply;
  std::size_t sent = 0;
  std::size_t received = 0;  // of the reply's body
  bool head_complete = false;
  CURL* easy = curl_easy_init();
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> error{};

  Transfer(HttpRequest r, OnReply callback) : request(std::move(r)), on_reply(std::move(callback)) {
    CHECK(easy != nullptr);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    for (curl_slist* header = headers; header != nullptr; header = header->next) {
      explicit_bzero(header->data, std::strlen(header->data));
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
  }

  void add_header(const char* line) {
    headers = curl_slist_append(headers, line);
    CHECK(headers != nullptr);
  }

  void configure(const HttpOptions& options) {
    configure_request();
    configure_limits(options);
    configure_tls(options);
  }

  void configure_request() {
    for (const Secret& header : request.headers) add_header(header.reveal().data());
    add_header("Expect:");  // don't wait for a 100 Continue that many servers never send
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
    set(CURLOPT_USERAGENT, user_agent());
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_READFUNCTION, &Transfer::read);
    set(CURLOPT_READDATA, this);
    set(CURLOPT_SEEKFUNCTION, &Transfer::seek);
    set(CURLOPT_SEEKDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::receive_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::receive);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_ERRORBUFFER, error.data());
    set(CURLOPT_PRIVATE, this);
  }

  void configure_limits(const HttpOptions& options) {
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, millis(options.connect_timeout));
    set(CURLOPT_TIMEOUT_MS, whole_time_ms(options, request.body.size()));
    set(CURLOPT_LOW_SPEED_LIMIT, HttpOptions::stalled_rate);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::chrono::ceil<std::chrono::seconds>(options.timeout).count()));
    set(CURLOPT_MAXLIFETIME_CONN, static_cast<long>(millis(options.connection_max_age) / 1000));
    set(CURLOPT_DNS_CACHE_TIMEOUT, 30L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that doesn't answer is left behind, not waited for
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_SOCKOPTFUNCTION, &prepare_socket);
    set(CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes);
  }

  void configure_tls(const HttpOptions& options) {
    set(CURLOPT_SSLVERSION,
        static_cast<long>(options.tls_1_3_only ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2));
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

  static const char* user_agent() {
    static const std::string agent = "towline/" + std::string(version());
    return agent.c_str();
  }

  static std::size_t read(char* out, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t n = transfer.request.body.read(transfer.sent, std::span(out, size * count));
    transfer.sent += n;
    return n;
  }

  // libcurl starts over on a fresh connection when a kept one turns out to be dead.
  static int seek(void* self, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
    static_cast<Transfer*>(self)->sent = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
  }

  // libcurl takes a connection that ends between two header lines for the end of the headers.
  static std::size_t receive_header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    bool& complete = static_cast<Transfer*>(self)->head_complete;
    if (line.starts_with("HTTP/")) complete = false;
    if (line == "\r\n" || line == "\n") complete = true;
    return size * count;
  }

  // Keeps the beginning, throws the rest away, and ends a reply that doesn't end by itself.
  static std::size_t receive(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    std::string& body = transfer.reply.body;
    body.append(data, std::min(size * count, HttpReply::reply_body_max - body.size()));
    transfer.received += size * count;
    return transfer.is_overlong() ? 0 : size * count;
  }

  bool is_overlong() const { return received > reply_read_max; }

  void finish(CURLcode code) {
    if (code == CURLE_WRITE_ERROR && is_overlong()) code = CURLE_OK;  // the status was there long before
    reply.error = classify(code);
    if (code != CURLE_OK) {
      reply.error_text = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
      return;
    }
    if (!head_complete) {
      reply.error = TransportError::bad_reply;
      reply.error_text = "the answer ended within its headers";
      return;
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    curl_header* header = nullptr;
    if (curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
      reply.retry_after = header->value;
    }
  }
};

Outbound::Outbound() {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(global == CURLE_OK);
  multi_ = curl_multi_init();
  CHECK(multi_ != nullptr);
}

Outbound::~Outbound() {
  for (const auto& transfer : transfers_) curl_multi_remove_handle(multi_, transfer->easy);
  transfers_.clear();
  curl_multi_cleanup(multi_);
}

void Outbound::send(HttpRequest request, const HttpOptions& options, OnReply on_reply) {
  auto transfer = std::make_unique<Transfer>(std::move(request), std::move(on_reply));
  transfer->configure(options);
  CHECK(curl_multi_add_handle(multi_, transfer->easy) == CURLM_OK);
  transfers_.push_back(std::move(transfer));
}

void Outbound::write(int fd, codec::Body body, OnWritten on_written) {
  writes_.push_back(Write{fd, std::move(body), 0, std::move(on_written)});
}

void Outbound::poll(MonoTime until) {
  std::vector<curl_waitfd> extra;
  for (const Write& write : writes_) extra.push_back(curl_waitfd{write.fd, CURL_WAIT_POLLOUT, 0});
  int running = 0;
  curl_multi_perform(multi_, &running);
  // What ended just now has been read from its socket: no event will say so again.
  const bool ended = static_cast<std::size_t>(running) < transfers_.size();
  const MonoTime now = MonoClock::now();
  const auto wait = ended || until <= now
                        ? milliseconds(0)
                        : std::min(std::chrono::ceil<milliseconds>(until - now), milliseconds(60'000));
  curl_multi_poll(multi_, extra.data(), static_cast<unsigned>(extra.size()), static_cast<int>(wait.count()), nullptr);
  curl_multi_perform(multi_, &running);
  finish_transfers();
  advance_writes(extra);
}

void Outbound::wake() {
  curl_multi_wakeup(multi_);
}

void Outbound::finish_transfers() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* easy = message->easy_handle;
    const auto done =
        std::find_if(transfers_.begin(), transfers_.end(), [easy](const auto& t) { return t->easy == easy; });
    CHECK(done != transfers_.end());
    const std::unique_ptr<Transfer> transfer = std::move(*done);
    transfers_.erase(done);
    transfer->finish(code);
    curl_multi_remove_handle(multi_, transfer->easy);
    transfer->on_reply(std::move(transfer->reply));
  }
}

// A pipe that poll() calls writable takes PIPE_BUF bytes without blocking, whatever its flags are.
void Outbound::advance_writes(const std::vector<curl_waitfd>& ready) {
  std::array<char, PIPE_BUF> buffer;
  std::size_t index = 0;
  for (auto write = writes_.begin(); write != writes_.end() && index < ready.size(); ++index) {
    if (ready[index].revents == 0) {
      ++write;
      continue;
    }
    int error = 0;
    pollfd writable{write->fd, POLLOUT, 0};
    do {
      const std::size_t n = write->body.read(write->written, buffer);
      const ssize_t written = ::write(write->fd, buffer.data(), n);
      if (written < 0)
        error = errno == EINTR || errno == EAGAIN ? 0 : errno;
      else
        write->written += static_cast<std::size_t>(written);
    } while (error == 0 && write->written < write->body.size() && ::poll(&writable, 1, 0) > 0);
    if (error == 0 && write->written < write->body.size()) {
      ++write;
      continue;
    }
    const OnWritten on_written = std::move(write->on_written);
    write = writes_.erase(write);
    on_written(error);
  }
}

}  // namespace towline::net
