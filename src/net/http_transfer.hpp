// One HTTP request under way with libcurl: how it is set up, what comes back, how it ended.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "net/http_message.hpp"

namespace towline::net {

// libcurl holds raw pointers into it, so it stays where it is from configure() until easy() is removed from its multi
// handle. Used on the delivery thread.
class HttpTransfer {
 public:
  using OnReply = std::function<void(HttpReply)>;

  HttpTransfer(HttpRequest request, OnReply on_reply);
  ~HttpTransfer();
  HttpTransfer(const HttpTransfer&) = delete;
  HttpTransfer& operator=(const HttpTransfer&) = delete;

  CURL* easy() const { return easy_; }

  // `options` outlives the transfer.
  void configure(const HttpOptions& options);

  // libcurl is through with it, by this code: calls on_reply.
  void finish(CURLcode code);

 private:
  template <class Value>
  void set(CURLoption option, Value value);
  void add_header(const char* line);
  void configure_request();
  void configure_limits(const HttpOptions& options);
  void configure_tls(const HttpOptions& options);
  void keep_header(std::string_view line);
  void read_outcome(CURLcode code);
  bool is_overlong() const;

  // libcurl's callbacks; `self` is the transfer.
  static std::size_t read(char* out, std::size_t size, std::size_t count, void* self);
  static int seek(void* self, curl_off_t offset, int origin);
  static std::size_t receive_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t receive(char* data, std::size_t size, std::size_t count, void* self);

  HttpRequest request_;
  OnReply on_reply_;
  HttpReply reply_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;  // of the reply's body
  std::size_t body_max_ = reply_body_default;
  std::size_t header_bytes_ = 0;
  bool head_complete_ = false;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

}  // namespace towline::net
