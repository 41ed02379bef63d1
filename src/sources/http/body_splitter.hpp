// Finds the records in a request body: the lines of NDJSON, the elements of a JSON array, or JSON objects one after the
// other. It looks for bounds only; whether a record is right inside is for record::Record to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace towline::http {

enum class BodyForm : std::uint8_t {
  lines,  // NDJSON: one record a line; blank lines are skipped
  json,   // one array of objects, or objects with nothing but white space between them
};

// By the Content-Type where it says so, else by the body: JSON is what begins with '[', and an object that goes on
// over several lines.
BodyForm form_of(std::string_view content_type, std::string_view body);

struct Element {
  std::string_view bytes;
  std::size_t number = 0;  // of its line, or of the element; from 1
};

class BodySplitter {
 public:
  // The body outlives the splitter.
  BodySplitter(std::string_view body, BodyForm form);

  // The next record's text; nothing at the end, or where the body breaks off or isn't what it should be: see fault().
  std::optional<Element> next();

  // Why next() gave nothing; empty at the end of a good body. number() says where.
  std::string_view fault() const { return fault_; }
  std::size_t number() const { return number_; }

  // How far the body is used up.
  std::size_t position() const { return position_; }

 private:
  enum class State : std::uint8_t { start, objects, array, finished };

  std::optional<Element> next_line();
  std::optional<Element> next_value();
  bool enter();
  bool next_in_array();
  std::optional<Element> value_here();
  std::optional<Element> fail(std::string_view fault);
  void skip_space();
  bool at(char c) const { return position_ < body_.size() && body_[position_] == c; }

  std::string_view body_;
  BodyForm form_;
  State state_ = State::start;
  std::size_t position_ = 0;
  std::size_t number_ = 0;
  std::string_view fault_;
};

// A record must be one line from here on: the line ends in it, which a JSON text has between its tokens only, become
// spaces.
void join_lines(std::span<char> json);

}  // namespace towline::http
