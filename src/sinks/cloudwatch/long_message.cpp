#include "sinks/cloudwatch/long_message.hpp"

namespace towline::cloudwatch {

namespace {

constexpr std::string_view cut_mark = "[Truncated...]";
// " [towline: record , part  of ]" with three numbers.
constexpr std::size_t part_mark_max = 80;

// The longest beginning of up to `bytes` that ends with a whole character.
std::size_t whole_characters(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text.size();
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return bytes;
}

}  // namespace

std::vector<std::string> split(std::string_view message, std::uint64_t record, std::size_t bytes_max) {
  std::vector<std::string> parts;
  while (!message.empty()) {
    const std::size_t length = whole_characters(message, bytes_max - part_mark_max);
    parts.emplace_back(message.substr(0, length));
    message.remove_prefix(length);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] += " [towline: record " + std::to_string(record) + ", part " + std::to_string(i + 1) + " of " +
                std::to_string(parts.size()) + "]";
  }
  return parts;
}

std::string truncate(std::string_view message, std::size_t bytes_max) {
  std::string text(message.substr(0, whole_characters(message, bytes_max - cut_mark.size())));
  return text += cut_mark;
}

}  // namespace towline::cloudwatch
