#include "sinks/cloudwatch/groups.hpp"

#include <utility>

#include "base/diagnostics.hpp"
#include "base/json_string.hpp"

namespace towline::cloudwatch {

namespace {

using component::Outcome;
using component::Status;
using Kind = Answer::Kind;

void add_member(std::string& json, std::string_view key, std::string_view value) {
  json += json.empty() ? "{" : ",";
  append_json_string(json, key);
  json += ':';
  append_json_string(json, value);
}

// What to do about it, where it is a matter of permissions.
Outcome with_permission(Outcome outcome, const char* operation) {
  if (outcome.status == Status::refused)
    outcome.cause += std::string(": creating it needs the permission logs:") + operation;
  // Nothing is wrong with the records that are sent elsewhere or later.
  if (outcome.status == Status::rejected || outcome.status == Status::too_large) {
    outcome.status = Status::refused;
    outcome.cause += std::string(" to ") + operation;
  }
  return outcome;
}

Outcome not_there(const char* what, const char* setting) {
  return {Status::refused, 0, std::string("the ") + what + " isn't there, and " + setting + " is off", {}};
}

}  // namespace

void Groups::create(const Destination& destination, Done done) {
  jobs_.push_back({destination, std::move(done)});
  if (jobs_.size() == 1) next();
}

// A stream is made last: until it is there, a call for it comes back here.
void Groups::next() {
  if (unretained_.contains(jobs_.front().destination.group)) return put_retention();
  if (config_.create_stream) return create_stream();
  create_group();
}

void Groups::create_stream() {
  if (!config_.create_stream) {
    return finish(not_there("log stream", "create_stream"));
  }
  std::string body;
  add_member(body, "logGroupName", jobs_.front().destination.group);
  add_member(body, "logStreamName", jobs_.front().destination.stream);
  call("CreateLogStream", body + "}", &Groups::on_stream);
}

void Groups::on_stream(Answer answer) {
  if (answer.kind == Kind::done || answer.kind == Kind::exists) return finish(std::nullopt);
  if (answer.kind != Kind::missing) return finish(with_permission(std::move(answer.outcome), "CreateLogStream"));
  if (!jobs_.front().made_group) return create_group();
  answer.outcome.status = Status::retry;
  finish(std::move(answer.outcome));
}

void Groups::create_group() {
  if (!config_.create_group) return finish(not_there("log group", "create_group"));
  jobs_.front().made_group = true;
  call("CreateLogGroup", group_json(), &Groups::on_group);
}

std::string Groups::group_json() const {
  std::string body;
  add_member(body, "logGroupName", jobs_.front().destination.group);
  if (!config_.kms_key_id.empty()) add_member(body, "kmsKeyId", config_.kms_key_id);
  if (config_.log_class == LogClass::infrequent_access) add_member(body, "logGroupClass", "INFREQUENT_ACCESS");
  std::string tags;
  for (const auto& [key, value] : config_.tags) add_member(tags, key, value);
  if (!tags.empty()) body += ",\"tags\":" + tags + "}";
  return body + "}";
}

void Groups::on_group(Answer answer) {
  if (answer.kind == Kind::exists) return create_stream();
  if (answer.kind != Kind::done) return finish(with_permission(std::move(answer.outcome), "CreateLogGroup"));
  diagnostics::info("cloudwatch.created", "A log group was created",
                    {{"sink", sink_id_}, {"group", config_.group.text.text()}});
  if (!config_.retention_days) return create_stream();
  if (unretained_.size() >= unretained_max) unretained_.erase(unretained_.begin());
  unretained_.insert(jobs_.front().destination.group);
  put_retention();
}

void Groups::put_retention() {
  std::string body;
  add_member(body, "logGroupName", jobs_.front().destination.group);
  body += ",\"retentionInDays\":" + std::to_string(*config_.retention_days) + "}";
  call("PutRetentionPolicy", std::move(body), &Groups::on_retention);
}

// Where it isn't allowed records go before retention.
void Groups::on_retention(Answer answer) {
  const bool passes = answer.outcome.status == Status::retry || answer.outcome.status == Status::unreachable;
  if (answer.kind == Kind::failed && passes) return finish(std::move(answer.outcome));
  unretained_.erase(jobs_.front().destination.group);
  if (answer.kind != Kind::done) {
    diagnostics::warn("cloudwatch.retention",
                      "A log group was created, but it keeps events for ever: setting its retention was refused, which "
                      "needs the permission logs:PutRetentionPolicy",
                      {{"sink", sink_id_}, {"cause", answer.outcome.cause}});
  }
  create_stream();
}

void Groups::finish(std::optional<Outcome> outcome) {
  const Done done = std::move(jobs_.front().done);
  jobs_.pop_front();
  done(std::move(outcome));
  if (!jobs_.empty()) next();
}

void Groups::call(const char* operation, std::string body, void (Groups::*on_answer)(Answer)) {
  Api::Call call;
  call.operation = operation;
  call.body.add(std::move(body));
  api_.call(std::move(call), [this, on_answer](Answer answer) { (this->*on_answer)(std::move(answer)); });
}

}  // namespace towline::cloudwatch
