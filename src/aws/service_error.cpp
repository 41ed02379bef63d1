#include "aws/service_error.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>

#include "record/record.hpp"
#include "record/timestamp.hpp"

namespace towline::aws {

namespace {

constexpr std::size_t error_name_max = 64;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What doesn't look like a name isn't shown to anybody, so it is none.
std::string clean(std::string_view name) {
  name = name.substr(0, name.find(':'));
  if (const std::size_t hash = name.rfind('#'); hash != std::string_view::npos) name.remove_prefix(hash + 1);
  const bool is_name =
      name.size() <= error_name_max && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
      });
  return is_name ? std::string(name) : std::string();
}

// A text in the root of the body, as it is written there; empty where there is none.
std::string text_member(const std::string& body, std::string_view key) {
  std::string padded = body + std::string(record::padding, ' ');
  record::Record record;
  if (record.parse(std::string_view(padded).substr(0, body.size()), {}) != record::ParseError::none) return {};
  const record::NodeId id = record.find(record::Record::root, key);
  if (id == record::no_node || record.type(id) != record::Type::string) return {};
  const std::string_view json = record.value(id);
  return std::string(json.substr(1, json.size() - 2));
}

}  // namespace

std::string error_name(const net::HttpReply& reply) {
  if (const std::string* header = reply.header("x-amzn-errortype"); header != nullptr && !header->empty())
    return clean(*header);
  const std::string type = text_member(reply.body, "__type");
  return clean(type.empty() ? text_member(reply.body, "code") : type);
}

std::string_view stem(std::string_view name) {
  constexpr std::string_view ending = "Exception";
  return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

bool passes(std::string_view name) {
  return is_one_of(stem(name), {"Throttling", "Throttled", "RequestThrottled", "TooManyRequests",
                                "ProvisionedThroughputExceeded", "RequestLimitExceeded", "BandwidthLimitExceeded",
                                "LimitExceeded", "SlowDown", "PriorRequestNotComplete", "TransactionInProgress",
                                "EC2Throttled", "RequestTimeout", "ServiceUnavailable", "InternalFailure",
                                "InternalServer", "InternalServerError", "InternalError", "OperationAborted"});
}

bool is_about_the_clock(std::string_view name) {
  return is_one_of(stem(name), {"RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture", "InvalidSignature",
                                "SignatureDoesNotMatch"});
}

bool is_about_credentials(std::string_view name) {
  return is_one_of(stem(name),
                   {"ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "InvalidToken", "InvalidAccessKeyId",
                    "InvalidSecurity", "TokenRefreshRequired", "MissingAuthenticationToken", "IncompleteSignature",
                    "InvalidSignature", "SignatureDoesNotMatch", "AuthFailure"});
}

bool is_about_permissions(std::string_view name) {
  return is_one_of(stem(name),
                   {"AccessDenied", "NotAuthorized", "UnauthorizedOperation", "OptInRequired", "KMSAccessDenied"});
}

bool is_about_content(std::string_view name) {
  return is_one_of(stem(name), {"InvalidParameter", "InvalidParameterValue", "Validation", "Serialization"});
}

std::optional<WallTime> date_of(const net::HttpReply& reply) {
  const std::string* header = reply.header("date");
  if (header == nullptr) return std::nullopt;
  constexpr record::TimeFormat form = record::TimeForm::rfc2822;
  const record::Timestamp date = record::parse_timestamp(*header, std::span(&form, 1), {});
  return date.error == record::TimeError::none ? std::optional(date.time) : std::nullopt;
}

bool is_far_from(WallTime one, WallTime other) {
  return one - other > skew_min || other - one > skew_min;
}

}  // namespace towline::aws
