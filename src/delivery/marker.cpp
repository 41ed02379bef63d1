#include "delivery/marker.hpp"

#include <array>
#include <memory>

#include "base/json_string.hpp"
#include "record/time_format.hpp"

namespace towline::delivery {

namespace {

std::string text_of(WallTime time) {
  const std::array<char, record::rfc3339_size> text = record::format_rfc3339(time);
  return {text.data(), text.size()};
}

std::string message_of(const stream::Gap& gap) {
  const std::uint64_t records = gap.range.size();
  std::string message = "towline: " + std::to_string(records) + (records == 1 ? " record" : " records");
  if (gap.from != WallTime{}) message += " between " + text_of(gap.from) + " and " + text_of(gap.to);
  message += records == 1 ? " was dropped (" : " were dropped (";
  return message.append(to_string(gap.loss)) += ")";
}

}  // namespace

component::Batch make_marker(const stream::Gap& gap, const std::string& time_field, WallTime now) {
  auto chunk = std::make_shared<record::Chunk>();
  std::string& line = chunk->plain;
  line = "{";
  if (!time_field.empty()) {
    append_json_string(line, time_field);
    line += ":\"" + text_of(now) + "\",";
  }
  line += R"("level":"WARN","message":)";
  append_json_string(line, message_of(gap));
  line += R"(,"towline":{"gap":{"records":)" + std::to_string(gap.range.size());
  if (gap.from != WallTime{}) line += R"(,"from":")" + text_of(gap.from) + R"(","to":")" + text_of(gap.to) + "\"";
  line += R"(,"reason":")";
  line += to_string(gap.loss);
  line += "\"}}}\n";

  chunk->first_seq = gap.range.begin;
  chunk->records = 1;
  chunk->plain_bytes = static_cast<std::uint32_t>(line.size());
  component::Batch batch;
  batch.first_seq = gap.range.begin;
  batch.records = 1;
  batch.plain_bytes = chunk->plain_bytes;
  batch.oldest = MonoTime::max();  // it is nothing that is held
  batch.slices.push_back({std::move(chunk), 0, 1});
  return batch;
}

}  // namespace towline::delivery
