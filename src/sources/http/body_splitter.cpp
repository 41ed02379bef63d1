#include "sources/http/body_splitter.hpp"

#include <algorithm>

namespace towline::http {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view json_space = " \t\r\n";
constexpr std::size_t npos = std::string_view::npos;

// One past the quote that closes the string which begins at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  for (std::size_t quote = text.find('"', begin + 1); quote != npos; quote = text.find('"', quote + 1)) {
    std::size_t slashes = 0;
    while (text[quote - 1 - slashes] == '\\') ++slashes;  // ends at the opening quote at the latest
    if (slashes % 2 == 0) return quote + 1;
  }
  return npos;
}

// One past the bracket that closes the one at `begin`. Which bracket closes which isn't looked at.
std::size_t end_of_value(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      if (at == npos) return npos;
      --at;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return npos;
}

// "Application/JSON; charset=utf-8" -> matches "application/json"
bool media_type_is(std::string_view content_type, std::string_view wanted) {
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  return std::equal(type.begin(), type.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

std::size_t first_character(std::string_view body) {
  const std::size_t begin = body.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  return std::min(body.find_first_not_of(json_space, begin), body.size());
}

}  // namespace

BodyForm form_of(std::string_view content_type, std::string_view body) {
  if (media_type_is(content_type, "application/json")) return BodyForm::json;
  for (const char* type : {"application/x-ndjson", "application/ndjson", "application/jsonl"}) {
    if (media_type_is(content_type, type)) return BodyForm::lines;
  }
  const std::size_t first = first_character(body);
  if (first == body.size()) return BodyForm::lines;
  if (body[first] == '[') return BodyForm::json;
  const std::size_t line_end = body.find('\n', first);
  // A first line that is not the whole object: pretty-printed, or broken, which either reading finds.
  const std::string_view line = body.substr(first, line_end == npos ? npos : line_end - first);
  return body[first] == '{' && end_of_value(line, 0) == npos ? BodyForm::json : BodyForm::lines;
}

BodySplitter::BodySplitter(std::string_view body, BodyForm form) : body_(body), form_(form) {}

std::optional<Element> BodySplitter::next() {
  if (!fault_.empty()) return std::nullopt;
  return form_ == BodyForm::lines ? next_line() : next_value();
}

std::optional<Element> BodySplitter::next_line() {
  while (position_ < body_.size()) {
    const std::size_t end = std::min(body_.find('\n', position_), body_.size());
    std::string_view line = body_.substr(position_, end - position_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    position_ = std::min(end + 1, body_.size());
    ++number_;
    if (line.find_first_not_of(" \t\r") != npos) return Element{line, number_};
  }
  return std::nullopt;
}

std::optional<Element> BodySplitter::next_value() {
  if (state_ == State::start && !enter()) return std::nullopt;
  if (state_ == State::array && !next_in_array()) return std::nullopt;
  skip_space();
  if (position_ == body_.size() && state_ != State::array) return std::nullopt;
  return value_here();
}

// Decides what the body is. False: nothing is in it.
bool BodySplitter::enter() {
  position_ = first_character(body_);
  state_ = at('[') ? State::array : State::objects;
  return position_ < body_.size();
}

// Steps over the bracket or comma in front of an element. False: the array ends here, or has a fault.
bool BodySplitter::next_in_array() {
  const bool first = number_ == 0;
  if (first) ++position_;
  skip_space();
  if (at(']')) {
    ++position_;
    state_ = State::finished;
    skip_space();
    if (position_ < body_.size()) fail("something follows the array");
    return false;
  }
  if (first) return true;
  if (!at(',')) {
    fail(position_ == body_.size() ? "the array is not closed" : "there is no comma behind this element");
    return false;
  }
  ++position_;
  return true;
}

std::optional<Element> BodySplitter::value_here() {
  ++number_;
  if (position_ == body_.size()) return fail("the array is not closed");
  if (!at('{')) return fail("this is not a JSON object");
  const std::size_t begin = position_;
  const std::size_t end = end_of_value(body_, begin);
  if (end == npos) return fail("the object is not closed");
  position_ = end;
  return Element{body_.substr(begin, end - begin), number_};
}

std::optional<Element> BodySplitter::fail(std::string_view fault) {
  fault_ = fault;
  return std::nullopt;
}

void BodySplitter::skip_space() {
  position_ = std::min(body_.find_first_not_of(json_space, position_), body_.size());
}

void join_lines(std::span<char> json) {
  std::replace_if(
      json.begin(), json.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace towline::http
