#include "component/http_verdict.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace towline::component {

namespace {

using net::TransportError;

Status status_of(int code) {
  if (code >= 200 && code <= 299) return Status::delivered;
  switch (code) {
    case 408:
    case 429:
      return Status::retry;
    case 401:
    case 402:
    case 403:
    case 404:
    case 405:
    case 410:
    case 501:
      return Status::refused;
    case 413:
      return Status::too_large;
    default:
      if (code >= 500) return Status::retry;
      return code >= 300 && code <= 399 ? Status::refused : Status::rejected;
  }
}

std::string_view name_of(TransportError error) {
  switch (error) {
    case TransportError::dns:
      return "name not resolved";
    case TransportError::connect:
      return "no connection";
    case TransportError::tls:
      return "TLS failed";
    case TransportError::timeout:
      return "time-out";
    case TransportError::reset:
      return "connection lost";
    case TransportError::bad_reply:
    case TransportError::none:
      break;
  }
  return "bad reply";
}

std::string_view name_of(int code) {
  switch (code) {
    case 400:
      return " Bad Request";
    case 401:
      return " Unauthorized";
    case 402:
      return " Payment Required: the quota is used up";
    case 403:
      return " Forbidden";
    case 404:
      return " Not Found";
    case 406:
      return " Not Acceptable";
    case 413:
      return " Content Too Large";
    case 422:
      return " Unprocessable Content";
    case 429:
      return " Too Many Requests";
    case 500:
      return " Internal Server Error";
    case 502:
      return " Bad Gateway";
    case 503:
      return " Service Unavailable";
    case 504:
      return " Gateway Timeout";
    default:
      return code >= 300 && code <= 399 ? " redirect, not followed" : "";
  }
}

}  // namespace

Outcome judge(const net::HttpReply& reply, WallTime now, Duration retry_after_max) {
  if (reply.error != TransportError::none) {
    return Outcome{Status::unreachable, 0, std::string(name_of(reply.error)) + ": " + reply.error_text, {}};
  }
  Outcome outcome{status_of(reply.status), reply.status, std::to_string(reply.status), {}};
  outcome.cause += name_of(reply.status);
  if (reply.retry_after) outcome.retry_after = parse_retry_after(*reply.retry_after, now, retry_after_max);
  return outcome;
}

std::optional<Duration> parse_retry_after(std::string_view value, WallTime now, Duration max) {
  using std::chrono::seconds;
  std::int64_t wait = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), wait);
  const bool is_number = end != value.data() && end == value.data() + value.size();
  if (!is_number) {
    const time_t date = curl_getdate(std::string(value).c_str(), nullptr);
    if (date < 0) return std::nullopt;
    wait = date - std::chrono::floor<seconds>(now).time_since_epoch().count();
  } else if (error == std::errc::result_out_of_range) {
    return max;
  }
  if (wait <= 0) return std::nullopt;
  const std::int64_t max_seconds = std::chrono::ceil<seconds>(max).count();
  return std::min<Duration>(max, seconds(std::min(wait, max_seconds)));
}

}  // namespace towline::component
