// Any text: reading it as a time ends without a crash; what is read is an instant that can be written, and what is
// written is read as the same instant. The first line is a pattern of a user.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "record/time_format.hpp"
#include "record/timestamp.hpp"

namespace {

using namespace towline;
using namespace towline::record;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_round_trip(WallTime time) {
  const TimeText text = format_rfc3339_short(time);
  const Timestamp again = parse_timestamp(text.view(), default_time_formats(), {});
  require(again.error == TimeError::none && again.time == time);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(std::min(line + 1, input.size()));
  const TimeContext context{WallTime(std::chrono::seconds(1'795'176'000)), std::chrono::hours(-5)};

  std::vector<TimeFormat> formats(default_time_formats().begin(), default_time_formats().end());
  const Result<TimePattern> pattern = TimePattern::parse(input.substr(0, line));
  if (pattern) formats.insert(formats.begin(), *pattern);
  for (const TimeForm form : {TimeForm::epoch_s, TimeForm::epoch_ms, TimeForm::epoch_us, TimeForm::epoch_ns})
    formats.emplace_back(form);

  for (const TimeFormat& format : formats) {
    const Timestamp timestamp = parse_timestamp(text, {&format, 1}, context);
    if (timestamp.error == TimeError::none) require_round_trip(timestamp.time);
  }
  (void)parse_timestamp("\"" + std::string(text) + "\"", Type::string, formats, context);
  return 0;
}
