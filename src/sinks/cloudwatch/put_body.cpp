#include "sinks/cloudwatch/put_body.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "base/json_string.hpp"
#include "sinks/cloudwatch/escape.hpp"

namespace towline::cloudwatch {

namespace {

// {"timestamp":,"message":""}, the digits of a number, and what escape() may write too much.
constexpr std::size_t frame_bytes = 64 + escape_overrun;

}  // namespace

void PutBody::write(const Destination& destination, std::span<const Event> events, const Take& take) {
  size_ = 0;
  room_for(run_bytes + run_bytes / 8);
  std::string head = R"({"logGroupName":)";
  append_json_string(head, destination.group);
  head += R"(,"logStreamName":)";
  append_json_string(head, destination.stream);
  append(head += R"(,"logEvents":[)");
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0) append(",");
    append(events[i]);
    if (size_ < run_bytes) continue;
    take({buffer_.get(), size_});
    size_ = 0;
  }
  append("]}");
  take({buffer_.get(), size_});
}

void PutBody::release() {
  buffer_.reset();
  capacity_ = size_ = 0;
}

char* PutBody::room_for(std::size_t bytes) {
  if (size_ + bytes > capacity_) {
    const std::size_t capacity = std::max(size_ + bytes, capacity_ + capacity_ / 2);
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(grown.get(), buffer_.get(), size_);
    buffer_ = std::move(grown);
    capacity_ = capacity;
  }
  return buffer_.get() + size_;
}

void PutBody::append(std::string_view text) {
  std::memcpy(room_for(text.size()), text.data(), text.size());
  size_ += text.size();
}

void PutBody::append(const Event& event) {
  char* out = room_for(2 * event.message.size() + frame_bytes);
  const auto put = [&out](const auto& text) {
    std::memcpy(out, text, sizeof(text) - 1);
    out += sizeof(text) - 1;
  };
  put("{\"timestamp\":");
  out = std::to_chars(out, out + 20, event.time_ms).ptr;
  put(",\"message\":\"");
  if (char* const end = escape(out, event.message)) {
    out = end;
    put("\"}");
    size_ = static_cast<std::size_t>(out - buffer_.get());
  } else {
    size_ = static_cast<std::size_t>(out - 1 - buffer_.get());  // without the quote
    std::string escaped;
    append_json_string(escaped, event.message);
    append(escaped += "}");
  }
}

}  // namespace towline::cloudwatch
