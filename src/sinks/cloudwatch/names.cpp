#include "sinks/cloudwatch/names.hpp"

#include <algorithm>

#include "base/json_string.hpp"

namespace towline::cloudwatch {

namespace {

bool fits_group(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_/.#-").find(c) != std::string_view::npos;
}

bool fits_stream(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c != ':' && c != '*' && byte >= 0x20 && byte != 0x7F;
}

bool has_right_length(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max;
}

// Cuts at 512 bytes, not within a character.
void cut_name(std::string& name) {
  if (name.size() <= name_bytes_max) return;
  std::size_t end = name_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  name.resize(end);
}

}  // namespace

bool is_group_name(std::string_view name) {
  return has_right_length(name) && !name.starts_with("aws/") && std::all_of(name.begin(), name.end(), fits_group);
}

bool is_stream_name(std::string_view name) {
  return has_right_length(name) && std::all_of(name.begin(), name.end(), fits_stream);
}

Names::Names(const CloudWatchConfig& config, const Facts& facts)
    : config_(config),
      facts_(facts),
      read_fields_(config.group.text.reads_fields(facts) || config.stream.text.reads_fields(facts)) {}

void Names::fill(const record::Record& record, Destination& destination) const {
  fill(config_.group.text, record, destination.group);
  std::replace_if(
      destination.group.begin(), destination.group.end(), [](char c) { return !fits_group(c); }, '_');
  if (destination.group.starts_with("aws/")) destination.group.front() = '_';
  fill(config_.stream.text, record, destination.stream);
  std::replace_if(
      destination.stream.begin(), destination.stream.end(), [](char c) { return !fits_stream(c); }, '_');
}

void Names::fill(const record::Template& text, const record::Record& record, std::string& name) const {
  name.clear();
  text.append(record, facts_, name, config_.missing);
  if (name.empty()) name = config_.missing;
  cut_name(name);
}

}  // namespace towline::cloudwatch
