#include "sinks/cloudwatch/answer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>

#include "component/http_verdict.hpp"
#include "record/record.hpp"
#include "record/timestamp.hpp"

namespace towline::cloudwatch {

namespace {

using component::Outcome;
using component::Status;
using record::NodeId;
using record::Record;
using Kind = Answer::Kind;

constexpr std::size_t error_name_max = 64;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Names come with and without "Exception".
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

// The answer's JSON; an empty object where it is none.
class Json {
 public:
  explicit Json(const std::string& body) : text_(body) {
    text_.append(record::padding, ' ');
    const auto error = record_.parse(std::string_view(text_).substr(0, body.size()), {});
    valid_ = error == record::ParseError::none;
  }

  std::string_view string(std::string_view key) const {
    const NodeId id = valid_ ? record_.find(Record::root, key) : record::no_node;
    if (id == record::no_node || record_.type(id) != record::Type::string) return {};
    return record_.value(id).substr(1, record_.value(id).size() - 2);
  }

  // A whole number, in an object of that name.
  std::optional<std::size_t> number(std::string_view object, std::string_view key) const {
    const NodeId outer = valid_ ? record_.find(Record::root, object) : record::no_node;
    const NodeId id = outer == record::no_node ? record::no_node : record_.find(outer, key);
    if (id == record::no_node) return std::nullopt;
    const std::string_view digits = record_.value(id);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole ? std::optional(number) : std::nullopt;
  }

 private:
  std::string text_;
  Record record_;
  bool valid_ = false;
};

// "ns#Name:http://..." is Name. What doesn't look like a name isn't shown to anybody, so it is none.
std::string clean(std::string_view name) {
  name = name.substr(0, name.find(':'));
  if (const std::size_t hash = name.rfind('#'); hash != std::string_view::npos) name.remove_prefix(hash + 1);
  const bool is_name =
      name.size() <= error_name_max && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
      });
  return is_name ? std::string(name) : std::string();
}

std::string error_name(const net::HttpReply& reply, const Json& json) {
  if (const std::string* header = reply.header("x-amzn-errortype"); header != nullptr && !header->empty())
    return clean(*header);
  const std::string_view type = json.string("__type");
  return clean(type.empty() ? json.string("code") : type);
}

std::optional<WallTime> date_of(const net::HttpReply& reply) {
  const std::string* header = reply.header("date");
  if (header == nullptr) return std::nullopt;
  constexpr record::TimeFormat form = record::TimeForm::rfc2822;
  const record::Timestamp date = record::parse_timestamp(*header, std::span(&form, 1), {});
  return date.error == record::TimeError::none ? std::optional(date.time) : std::nullopt;
}

Answer done(const net::HttpReply& reply, const Json& json, Answer answer) {
  if (reply.header("x-amzn-requestid") == nullptr) {
    answer.outcome.status = Status::retry;
    answer.outcome.cause += " without x-amzn-RequestId: this isn't CloudWatch Logs";
    return answer;
  }
  answer.kind = Kind::done;
  const char* const info = "rejectedLogEventsInfo";
  answer.rejected.too_old_end = json.number(info, "tooOldLogEventEndIndex").value_or(0);
  answer.rejected.expired_end = json.number(info, "expiredLogEventEndIndex").value_or(0);
  if (const auto begin = json.number(info, "tooNewLogEventStartIndex")) answer.rejected.too_new_begin = *begin;
  return answer;
}

// By the name of the error.
void name_what_it_means(Answer& answer, int status, WallTime sent) {
  const std::string& name = answer.error;
  if (stem(name) == "ResourceNotFound") {
    answer.kind = Kind::missing;
    answer.outcome.status = Status::refused;
  } else if (stem(name) == "ResourceAlreadyExists" || stem(name) == "DataAlreadyAccepted") {
    answer.kind = stem(name) == "DataAlreadyAccepted" ? Kind::done : Kind::exists;
  } else if (is_about_the_clock(name) && answer.date && is_far_from(*answer.date, sent)) {
    answer.kind = Kind::clock;
    answer.outcome.status = Status::refused;
  } else if (passes(name) || stem(name) == "RequestExpired") {
    answer.outcome.status = Status::retry;
  } else if (is_about_credentials(name) || (status == 401 && !is_about_permissions(name))) {
    answer.kind = Kind::credentials;
    answer.outcome.status = Status::refused;
  } else if (is_about_permissions(name)) {
    answer.outcome.status = Status::refused;
  } else if (is_about_content(name)) {
    answer.outcome.status = Status::rejected;
  }
}

}  // namespace

bool is_far_from(WallTime one, WallTime other) {
  return one - other > skew_min || other - one > skew_min;
}

Verdict Rejected::verdict(std::size_t event) const {
  if (event < too_old_end) return Verdict::too_old;
  if (event < expired_end) return Verdict::expired;
  return event >= too_new_begin ? Verdict::too_new : Verdict::taken;
}

Answer judge(const net::HttpReply& reply, WallTime sent, Duration retry_after_max) {
  Answer answer;
  answer.outcome = component::judge(reply, sent, retry_after_max);
  if (answer.outcome.status == Status::unreachable) return answer;
  answer.date = date_of(reply);
  const Json json(reply.body);
  if (answer.outcome.status == Status::delivered) return done(reply, json, std::move(answer));
  answer.error = error_name(reply, json);
  if (!answer.error.empty()) answer.outcome.cause = std::to_string(reply.status) + " " + answer.error;
  name_what_it_means(answer, reply.status, sent);
  return answer;
}

bool may_mean_no_gzip(const Answer& answer, bool proven) {
  if (answer.kind != Answer::Kind::failed) return false;
  if (answer.outcome.code == 415 || stem(answer.error) == "Serialization") return true;
  if (proven) return false;
  // Emulators that look into the body first may find no operation there.
  const bool odd = answer.outcome.code == 404 || (answer.outcome.code == 500 && answer.error.empty());
  return odd || answer.outcome.status == Status::rejected;
}

}  // namespace towline::cloudwatch
