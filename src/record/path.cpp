#include "record/path.hpp"

#include <algorithm>
#include <charconv>

namespace towline::record {

namespace {

// Reads one level after the other off the text of a path.
class PathReader {
 public:
  explicit PathReader(std::string_view rest) : rest_(rest) {}

  bool done() const { return done_; }

  // Empty text: a level is missing. `error` is set where the text can't be read.
  Path::Segment next(std::string& error) {
    Path::Segment segment;
    bool plain = true;
    if (rest_.starts_with('"')) {
      plain = false;
      read_quoted(segment.text, error);
    } else {
      plain = read_plain(segment.text, error);
    }
    done_ = rest_.empty();
    if (!done_) rest_.remove_prefix(1);  // the dot
    segment.plain = plain;
    if (plain && segment.text == "*") segment.any = true;
    if (plain) segment.index = as_index(segment.text);
    return segment;
  }

 private:
  void read_quoted(std::string& text, std::string& error) {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_[0] != '"') text += take_char();
    if (rest_.empty())
      error = "a quote is not closed";
    else
      rest_.remove_prefix(1);
    if (!rest_.empty() && rest_[0] != '.') error = "a dot must follow a quoted key";
  }

  // True if nothing was escaped.
  bool read_plain(std::string& text, std::string& error) {
    bool plain = true;
    while (!rest_.empty() && rest_[0] != '.') {
      plain = plain && rest_[0] != '\\';
      if (rest_[0] == '"') error = "a quote inside of a key needs a backslash";
      text += take_char();
    }
    return plain;
  }

  char take_char() {
    if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  static std::size_t as_index(std::string_view text) {
    if (text.size() > 1 && text[0] == '0') return Path::not_an_index;
    std::size_t index = Path::not_an_index;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    return error == std::errc() && end == text.data() + text.size() ? index : Path::not_an_index;
  }

  std::string_view rest_;
  bool done_ = false;
};

}  // namespace

Result<Path> Path::parse(std::string_view text) {
  Path path;
  path.text_ = text;
  const auto failed = [&](const std::string& why) { return Error{"'" + path.text_ + "' is not a path: " + why}; };
  PathReader reader(text);
  while (!reader.done()) {
    std::string error;
    Segment segment = reader.next(error);
    if (error.empty() && segment.text.empty()) error = "a key is missing";
    if (!error.empty()) return failed(error);
    if (path.segments_.size() == segments_max) return failed("it has too many levels");
    path.segments_.push_back(std::move(segment));
  }
  return path;
}

bool Path::has_wildcard() const {
  return std::any_of(segments_.begin(), segments_.end(), [](const Segment& segment) { return segment.any; });
}

}  // namespace towline::record
