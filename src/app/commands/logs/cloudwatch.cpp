#include "app/commands/logs/cloudwatch.hpp"

#include <simdjson.h>

#include <algorithm>
#include <chrono>

#include "base/json_string.hpp"
#include "record/record.hpp"

namespace towline::app::logs {

namespace {

using simdjson::dom::element;

std::int64_t milliseconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

void add_member(std::string& json, std::string_view name, std::string_view text) {
  json += json.empty() ? '{' : ',';
  append_json_string(json, name);
  json += ':';
  append_json_string(json, text);
}

void add_member(std::string& json, std::string_view name, std::int64_t number) {
  json += json.empty() ? '{' : ',';
  append_json_string(json, name);
  (json += ':') += std::to_string(number);
}

Error not_understood() {
  return {"FilterLogEvents: the answer isn't what it should be"};
}

bool read_event(const element& json, Event& event, std::int64_t& time_ms, std::string_view& id) {
  std::string_view text;
  if (json["timestamp"].get(time_ms) != simdjson::SUCCESS || json["eventId"].get(id) != simdjson::SUCCESS ||
      json["message"].get(text) != simdjson::SUCCESS)
    return false;
  // Numbers that nanoseconds can't hold are no times that the service takes.
  constexpr std::int64_t limit = 8'000'000'000'000;
  event.time = WallTime(std::chrono::milliseconds(std::clamp<std::int64_t>(time_ms, 0, limit)));
  event.text = text;
  return true;
}

}  // namespace

GroupLogs::GroupLogs(Service& service, GroupOptions options, Matcher rest)
    : service_(service), options_(std::move(options)), rest_(std::move(rest)) {}

// From one call to the next, all parameters but the token stay the same: the service wants it so.
Result<void> GroupLogs::read(std::uint64_t at_most, WallTime now, const TakeEvent& take) {
  const std::int64_t since = milliseconds_of(options_.window.since);
  const std::int64_t begin = std::min(newest_ms_, milliseconds_of(now)) - milliseconds_of(WallTime(late));
  std::string body;
  add_member(body, "logGroupName", options_.group);
  if (!options_.stream_prefix.empty()) add_member(body, "logStreamNamePrefix", options_.stream_prefix);
  if (!options_.pattern.empty()) add_member(body, "filterPattern", options_.pattern);
  add_member(body, "startTime", std::max<std::int64_t>({since, begin, 0}));
  if (options_.window.until) add_member(body, "endTime", milliseconds_of(*options_.window.until));
  add_member(body, "limit", static_cast<std::int64_t>(std::clamp<std::uint64_t>(at_most, 1, page_max)));
  std::string token;
  for (;;) {
    const std::string last = token;
    std::string page = body;
    if (!token.empty()) add_member(page, "nextToken", token);
    const Result<Page> read = read_page(page + '}', token, take);
    if (!read) return read.error();
    forget_old(now);
    if (*read != Page::more) break;
    if (token == last) return Error{"FilterLogEvents: the service gives the same page again and again"};
  }
  return {};
}

Result<GroupLogs::Page> GroupLogs::read_page(const std::string& body, std::string& token, const TakeEvent& take) {
  const Result<std::string> answer = service_.call("FilterLogEvents", body);
  if (!answer) return answer.error();
  simdjson::dom::parser parser;
  element document;
  simdjson::dom::array events;
  if (parser.parse(*answer).get(document) != simdjson::SUCCESS) return not_understood();
  if (document["events"].get(events) != simdjson::SUCCESS) return not_understood();
  for (const element json : events) {
    Event event;
    std::int64_t time_ms = 0;
    std::string_view id;
    if (!read_event(json, event, time_ms, id)) return not_understood();
    if (!is_new(time_ms, id) || !matches_rest(event)) continue;
    if (!take(std::move(event))) return Page::enough;
  }
  std::string_view next;
  if (document["nextToken"].get(next) != simdjson::SUCCESS || next.empty()) return Page::last;
  token = next;
  return Page::more;
}

bool GroupLogs::is_new(std::int64_t time_ms, std::string_view id) {
  newest_ms_ = std::max(newest_ms_, time_ms);
  return seen_.emplace(time_ms, id).second;
}

bool GroupLogs::matches_rest(const Event& event) {
  text_.assign(event.text);
  text_.append(record::padding, '\0');
  const std::string_view text = std::string_view(text_).substr(0, event.text.size());
  if (record_.parse(text, event.time) != record::ParseError::none) record_.wrap(text, "not_object", event.time);
  return rest_.matches(record_);
}

// Those that the next call can't give again.
void GroupLogs::forget_old(WallTime now) {
  const std::int64_t oldest = std::min(newest_ms_, milliseconds_of(now)) - milliseconds_of(WallTime(late));
  seen_.erase(seen_.begin(), seen_.lower_bound({oldest, std::string()}));
  while (seen_.size() > ids_max) seen_.erase(seen_.begin());
}

}  // namespace towline::app::logs
