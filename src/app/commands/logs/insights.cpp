// CloudWatch Logs Insights: StartQuery, then GetQueryResults until it is complete.
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "app/commands/logs/cloudwatch.hpp"
#include "app/printable.hpp"
#include "base/json_string.hpp"
#include "config/value.hpp"

namespace towline::app::logs {

namespace {

using simdjson::dom::element;

constexpr Duration ask_wait = std::chrono::seconds(1);
constexpr std::string_view row_pointer = "@ptr";  // for GetLogRecord; nothing for people

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string start_body(const QueryOptions& options, WallTime now) {
  std::string body = "{\"logGroupName\":";
  append_json_string(body, options.group);
  body += ",\"startTime\":" + std::to_string(seconds_of(options.window.since));
  body += ",\"endTime\":" + std::to_string(seconds_of(options.window.until.value_or(now)));
  body += ",\"limit\":" + std::to_string(std::min(options.limit, query_limit_max));
  body += ",\"queryString\":";
  append_json_string(body, options.text);
  return body + '}';
}

std::string id_body(const std::string& id) {
  std::string body = "{\"queryId\":";
  append_json_string(body, id);
  return body + '}';
}

Result<std::string> start(Service& service, const QueryOptions& options, WallTime now) {
  const Result<std::string> answer = service.call("StartQuery", start_body(options, now));
  if (!answer) return answer.error();
  simdjson::dom::parser parser;
  element document;
  std::string_view id;
  if (parser.parse(*answer).get(document) != simdjson::SUCCESS || document["queryId"].get(id) != simdjson::SUCCESS)
    return Error{"StartQuery: the answer isn't what it should be"};
  return std::string(id);
}

Row row_of(const simdjson::dom::array& fields) {
  Row row;
  for (const element field : fields) {
    std::string_view name;
    std::string_view value;
    if (field["field"].get(name) != simdjson::SUCCESS || name == row_pointer) continue;
    if (field["value"].get(value) == simdjson::SUCCESS) row.emplace_back(name, value);
  }
  return row;
}

struct Progress {
  std::string status;
  std::vector<Row> rows;
};

Result<Progress> ask(Service& service, const std::string& id) {
  const Result<std::string> answer = service.call("GetQueryResults", id_body(id));
  if (!answer) return answer.error();
  simdjson::dom::parser parser;
  element document;
  std::string_view status;
  if (parser.parse(*answer).get(document) != simdjson::SUCCESS || document["status"].get(status) != simdjson::SUCCESS)
    return Error{"GetQueryResults: the answer isn't what it should be"};
  Progress progress{std::string(status), {}};
  simdjson::dom::array results;
  if (document["results"].get(results) != simdjson::SUCCESS) return progress;
  for (const element row : results) {
    simdjson::dom::array fields;
    if (row.get(fields) == simdjson::SUCCESS) progress.rows.push_back(row_of(fields));
  }
  return progress;
}

bool goes_on(const std::string& status) {
  return status == "Running" || status == "Scheduled" || status == "Unknown";
}

}  // namespace

Result<std::vector<Row>> run_query(Service& service, const QueryOptions& options, const Clock& clock,
                                   const std::function<void(Duration)>& pause) {
  const MonoTime end = clock.now() + options.wait;
  const Result<std::string> id = start(service, options, clock.wall_now());
  if (!id) return id.error();
  for (;;) {
    Result<Progress> progress = ask(service, *id);
    if (!progress) return progress.error();
    if (progress->status == "Complete") return std::move(progress->rows);
    if (!goes_on(progress->status)) return Error{"the query has ended as " + printable(progress->status.substr(0, 64))};
    if (clock.now() >= end) {
      static_cast<void>(service.call("StopQuery", id_body(*id)));
      return Error{"the query isn't complete after " + config::Value<Duration>::print(options.wait) +
                   "; --wait gives it longer"};
    }
    pause(std::min<Duration>(ask_wait, end - clock.now()));
  }
}

}  // namespace towline::app::logs
