#include "app/commands/import/vrl/paths.hpp"

#include <charconv>

namespace towline::app::migration::vrl {

namespace {

void take_index(Cursor& cursor, Path& path) {
  cursor.take();
  const bool negative = cursor.take("-");
  Segment segment{Segment::Kind::index, {}, 0};
  const std::string text = cursor.peek().kind == Token::Kind::number ? cursor.take().text : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), segment.index);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) cursor.fail("an index was expected");
  if (negative) segment.index = -segment.index;
  cursor.expect("]");
  path.push_back(std::move(segment));
}

bool is_key(const Token& token) {
  return token.kind == Token::Kind::name || token.kind == Token::Kind::string || token.kind == Token::Kind::number;
}

}  // namespace

void take_first_segment(Cursor& cursor, Path& path) {
  if (cursor.peek().spaced || cursor.failed()) return;
  if (is_key(cursor.peek())) {
    path.push_back({Segment::Kind::key, cursor.take().text, 0});
  } else if (cursor.take("(")) {
    while (!cursor.at_end() && !cursor.take(")")) cursor.take();
    path.push_back({Segment::Kind::any_of, {}, 0});
  }
}

void take_segments(Cursor& cursor, Path& path) {
  while (!cursor.failed() && !cursor.peek().spaced) {
    if (cursor.peek().is("[")) {
      take_index(cursor, path);
      continue;
    }
    const Token& next = cursor.peek(1);
    const bool goes_on = cursor.peek().is(".") && !next.spaced && (is_key(next) || next.is("("));
    if (!goes_on) return;
    cursor.take();
    take_first_segment(cursor, path);
  }
}

}  // namespace towline::app::migration::vrl
