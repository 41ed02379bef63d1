#include "sinks/cloudwatch/answer.hpp"

#include <charconv>

#include "aws/service_error.hpp"
#include "component/http_verdict.hpp"
#include "record/record.hpp"

namespace towline::cloudwatch {

namespace {

using component::Outcome;
using component::Status;
using record::NodeId;
using record::Record;
using Kind = Answer::Kind;

// The answer's JSON; an empty object where it is none.
class Json {
 public:
  explicit Json(const std::string& body) : text_(body) {
    text_.append(record::padding, ' ');
    const auto error = record_.parse(std::string_view(text_).substr(0, body.size()), {});
    valid_ = error == record::ParseError::none;
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

Answer done(const net::HttpReply& reply, Answer answer) {
  if (reply.header("x-amzn-requestid") == nullptr) {
    answer.outcome.status = Status::retry;
    answer.outcome.cause += " without x-amzn-RequestId: this isn't CloudWatch Logs";
    return answer;
  }
  answer.kind = Kind::done;
  const Json json(reply.body);
  const char* const info = "rejectedLogEventsInfo";
  answer.rejected.too_old_end = json.number(info, "tooOldLogEventEndIndex").value_or(0);
  answer.rejected.expired_end = json.number(info, "expiredLogEventEndIndex").value_or(0);
  if (const auto begin = json.number(info, "tooNewLogEventStartIndex")) answer.rejected.too_new_begin = *begin;
  return answer;
}

// By the name of the error.
void name_what_it_means(Answer& answer, int status, WallTime sent) {
  const std::string& name = answer.error;
  if (aws::stem(name) == "ResourceNotFound") {
    answer.kind = Kind::missing;
    answer.outcome.status = Status::refused;
  } else if (aws::stem(name) == "ResourceAlreadyExists" || aws::stem(name) == "DataAlreadyAccepted") {
    answer.kind = aws::stem(name) == "DataAlreadyAccepted" ? Kind::done : Kind::exists;
  } else if (aws::is_about_the_clock(name) && answer.date && aws::is_far_from(*answer.date, sent)) {
    answer.kind = Kind::clock;
    answer.outcome.status = Status::refused;
  } else if (aws::passes(name) || aws::stem(name) == "RequestExpired") {
    answer.outcome.status = Status::retry;
  } else if (aws::is_about_credentials(name) || (status == 401 && !aws::is_about_permissions(name))) {
    answer.kind = Kind::credentials;
    answer.outcome.status = Status::refused;
  } else if (aws::is_about_permissions(name)) {
    answer.outcome.status = Status::refused;
  } else if (aws::is_about_content(name)) {
    answer.outcome.status = Status::rejected;
  }
}

}  // namespace

Verdict Rejected::verdict(std::size_t event) const {
  if (event < too_old_end) return Verdict::too_old;
  if (event < expired_end) return Verdict::expired;
  return event >= too_new_begin ? Verdict::too_new : Verdict::taken;
}

Answer judge(const net::HttpReply& reply, WallTime sent, Duration retry_after_max) {
  Answer answer;
  answer.outcome = component::judge(reply, sent, retry_after_max);
  if (answer.outcome.status == Status::unreachable) return answer;
  answer.date = aws::date_of(reply);
  if (answer.outcome.status == Status::delivered) return done(reply, std::move(answer));
  answer.error = aws::error_name(reply);
  if (!answer.error.empty()) answer.outcome.cause = std::to_string(reply.status) + " " + answer.error;
  name_what_it_means(answer, reply.status, sent);
  return answer;
}

bool may_mean_no_gzip(const Answer& answer, bool proven) {
  if (answer.kind != Answer::Kind::failed) return false;
  if (answer.outcome.code == 415 || aws::stem(answer.error) == "Serialization") return true;
  if (proven) return false;
  // Emulators that look into the body first may find no operation there.
  const bool odd = answer.outcome.code == 404 || (answer.outcome.code == 500 && answer.error.empty());
  return odd || answer.outcome.status == Status::rejected;
}

}  // namespace towline::cloudwatch
