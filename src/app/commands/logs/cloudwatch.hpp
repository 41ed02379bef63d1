// Events from a log group: FilterLogEvents, and the answers of Insights.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/commands/logs/event.hpp"
#include "app/commands/logs/pattern.hpp"
#include "app/commands/logs/render.hpp"
#include "app/commands/logs/service.hpp"
#include "app/commands/logs/time_window.hpp"

namespace towline::app::logs {

struct GroupOptions {
  std::string group;
  std::string stream_prefix = {};
  std::string pattern = {};  // for the service
  TimeWindow window = {};
};

class GroupLogs {
 public:
  static constexpr std::uint64_t page_max = 5'000;  // events; the service ends pages at 1 MB, too
  // An event may become visible this long after others that are newer.
  static constexpr Duration late = std::chrono::seconds(30);
  static constexpr std::size_t ids_max = 200'000;  // of events of the last `late`, remembered to know them again

  // `rest` is asked about every event that the service gives.
  GroupLogs(Service& service, GroupOptions options, Matcher rest);

  // Gives the events that weren't given before, page by page, until there are none, or `take` says no. `at_most` are
  // expected to be taken.
  Result<void> read(std::uint64_t at_most, WallTime now, const TakeEvent& take);

 private:
  enum class Page : unsigned char { more, last, enough };
  Result<Page> read_page(const std::string& body, std::string& token, const TakeEvent& take);
  bool is_new(std::int64_t time_ms, std::string_view id);
  bool matches_rest(const Event& event);
  void forget_old(WallTime now);

  Service& service_;
  GroupOptions options_;
  Matcher rest_;
  record::Record record_;
  std::string text_;  // of the event, with the padding that a record wants
  std::set<std::pair<std::int64_t, std::string>> seen_;
  std::int64_t newest_ms_ = 0;
};

struct QueryOptions {
  std::string group;
  std::string text;
  TimeWindow window = {};
  std::uint64_t limit = 1000;
  Duration wait = std::chrono::seconds(60);
};

inline constexpr std::uint64_t query_limit_max = 10'000;

// Starts a query, and asks for its results until they are complete; a query that isn't by then is stopped.
// `pause` waits between two questions.
Result<std::vector<Row>> run_query(Service& service, const QueryOptions& options, const Clock& clock,
                                   const std::function<void(Duration)>& pause);

}  // namespace towline::app::logs
