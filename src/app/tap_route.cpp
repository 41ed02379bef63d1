#include "app/tap_route.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "app/query.hpp"

namespace towline::app {

namespace {

using Request = net::HttpServer::Request;
using Response = net::HttpServer::Response;

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;
constexpr Duration period = std::chrono::milliseconds(100);
// 15 s: that proxies don't take silence for the end, and that a reader who has vanished is noticed.
constexpr int periods_between_signs = 150;

enum class Form : std::uint8_t { ndjson, events };

Response refusal(unsigned status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text) + "\n"};
}

Response refusal(TapRefusal why, const std::string& place, const TapHub& hub) {
  switch (why) {
    case TapRefusal::unknown_place:
      return refusal(404, "There is no source, transform or sink with this id. There are: " + hub.places());
    case TapRefusal::not_redacted_yet:
      return refusal(403, "Records at " + place +
                              " are not redacted yet, so they are not shown. Look further on, at: " + hub.places());
    case TapRefusal::too_many:
    case TapRefusal::none:
      break;
  }
  Response response = refusal(503, "There are as many taps as there may be (admin.tap.max).");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

// What a reader gets, piece by piece.
class TapAnswer {
 public:
  TapAnswer(std::shared_ptr<Tap> tap, Form form) : tap_(std::move(tap)), form_(form) {}

  std::optional<std::string> more() {
    if (tap_->is_finished()) return std::nullopt;
    std::string piece;
    while (piece.size() < piece_bytes) {
      std::optional<std::string> record = tap_->next();
      if (!record) break;
      std::replace(record->begin(), record->end(), '\r', ' ');  // between two values; it would end a line of an event
      piece += form_ == Form::events ? "data: " + *record + "\n\n" : *record + "\n";
    }
    piece += note();
    if (piece.empty() && ++silence_ >= periods_between_signs) piece = form_ == Form::events ? ":\n\n" : "\n";
    if (!piece.empty()) silence_ = 0;
    return piece;
  }

 private:
  std::string note() {
    const std::uint64_t skipped = tap_->take_skipped();
    if (skipped == 0) return {};
    const std::string said = "{\"skipped\":" + std::to_string(skipped) + "}";
    return form_ == Form::events ? "event: note\ndata: " + said + "\n\n" : "{\"towline\":" + said + "}\n";
  }

  std::shared_ptr<Tap> tap_;
  Form form_;
  int silence_ = 0;
};

Result<Tap::Options> options_of(std::string_view query, std::uint32_t records_per_second) {
  Tap::Options options;
  options.records_per_second = records_per_second;
  if (const std::string filter = query_value(query, "filter"); !filter.empty()) {
    Result<condition::Condition> condition = condition::Condition::parse(filter);
    if (!condition) return Error{"filter: " + condition.error().message};
    options.filter = std::move(*condition);
  }
  if (const std::string limit = query_value(query, "limit"); !limit.empty()) {
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), options.limit);
    if (error != std::errc() || end != limit.data() + limit.size() || options.limit == 0)
      return Error{"limit: a number from 1"};
  }
  return options;
}

Response handle(TapHub& hub, const Request& request, std::uint32_t records_per_second) {
  Result<Tap::Options> options = options_of(request.query, records_per_second);
  if (!options) return refusal(400, options.error().message);
  const std::string place = query_value(request.query, "at");
  OpenedTap opened = hub.open(place, std::move(*options));
  if (opened.tap == nullptr) return refusal(opened.refusal, place, hub);
  const bool as_events = request.accept.find("text/event-stream") != std::string_view::npos;
  auto answer = std::make_shared<TapAnswer>(std::move(opened.tap), as_events ? Form::events : Form::ndjson);
  Response response{200, as_events ? "text/event-stream" : "application/x-ndjson"};
  if (as_events) response.body = ":\n\n";  // the reader learns at once that it is connected
  response.more = [answer] { return answer->more(); };
  response.period = period;
  return response;
}

}  // namespace

AdminRoute tap_route(TapHub& hub, std::uint32_t records_per_second) {
  AdminRoute route{"/tap", Access::always_token, "redacted records as they pass: ?at=PLACE&filter=PATTERN&limit=N"};
  route.get = [&hub, records_per_second](const Request& request) { return handle(hub, request, records_per_second); };
  return route;
}

}  // namespace towline::app
