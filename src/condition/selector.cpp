#include "condition/selector.hpp"

#include <charconv>
#include <utility>

namespace towline::condition {

namespace {

std::optional<Level> take_index(Scanner& scanner) {
  const std::size_t begin = scanner.position();
  const std::string_view text = scanner.take_while([](char c) { return c >= '0' && c <= '9'; });
  Level level{Level::Kind::index, {}, 0};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level.index);
  if (text.empty() || error != std::errc() || end != text.data() + text.size())
    return scanner.fail_at(begin, "expected an index, `*` or a key in quotes after `[`");
  return level;
}

std::optional<Level> take_in_brackets(Scanner& scanner) {
  scanner.skip_space();
  std::optional<Level> level;
  if (scanner.take("*")) {
    level = Level{Level::Kind::any_element, {}, 0};
  } else if (scanner.peek() == '\'' || scanner.peek() == '"') {
    auto pieces = scanner.take_quoted(scanner.peek(), false);
    if (pieces) level = Level{Level::Kind::key, std::move(pieces->front()), 0};
  } else {
    level = take_index(scanner);
  }
  if (!level) return std::nullopt;
  scanner.skip_space();
  if (!scanner.take("]")) return scanner.fail("expected `]`");
  return level;
}

std::optional<Level> take_level(Scanner& scanner) {
  if (scanner.take("[") || scanner.take(".[")) return take_in_brackets(scanner);
  if (!scanner.take(".")) return scanner.fail("expected `.` and a key after `$`");
  if (scanner.take("*")) return Level{Level::Kind::any_key, {}, 0};
  const std::string_view name = scanner.take_while(is_name);
  if (name.empty()) return scanner.fail("expected a key after `.`; other characters stand in ['…']");
  return Level{Level::Kind::key, std::string(name), 0};
}

}  // namespace

std::optional<Selector> take_selector(Scanner& scanner) {
  if (!scanner.take("$")) return scanner.fail("expected a selector such as `$.level`, or `(`");
  Selector selector;
  do {
    const std::size_t begin = scanner.position();
    std::optional<Level> level = take_level(scanner);
    if (!level) return std::nullopt;
    const bool is_element = level->kind == Level::Kind::index || level->kind == Level::Kind::any_element;
    if (selector.empty() && is_element)
      return scanner.fail_at(begin, "a record is an object: expected a key after `$`");
    if (selector.size() == levels_max)
      return scanner.fail_at(begin, "more than " + std::to_string(levels_max) + " levels");
    selector.push_back(std::move(*level));
  } while (scanner.peek() == '.' || scanner.peek() == '[');
  return selector;
}

}  // namespace towline::condition
