#include "record/template.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace towline::record {

namespace {

constexpr std::string_view time_letters = "YmdHMSj";

void append_digits(std::string& out, int value, int digits) {
  std::string text = std::to_string(value);
  if (text.size() < static_cast<std::size_t>(digits))
    text.insert(0, static_cast<std::size_t>(digits) - text.size(), '0');
  out += text;
}

void append_time(std::string& out, char letter, WallTime time) {
  using std::chrono::days;
  using std::chrono::floor;
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss in_day(floor<std::chrono::seconds>(time - day));
  const auto of_two = [&](auto value) { append_digits(out, static_cast<int>(value), 2); };
  switch (letter) {
    case 'Y':
      return append_digits(out, static_cast<int>(date.year()), 4);
    case 'm':
      return of_two(static_cast<unsigned>(date.month()));
    case 'd':
      return of_two(static_cast<unsigned>(date.day()));
    case 'H':
      return of_two(in_day.hours().count());
    case 'M':
      return of_two(in_day.minutes().count());
    case 'S':
      return of_two(in_day.seconds().count());
    default: {  // 'j'
      const std::chrono::sys_days year_begin(date.year() / 1 / 1);
      return append_digits(out, static_cast<int>((day - year_begin).count()) + 1, 3);
    }
  }
}

// The length of the name at the start of `text`, up to the `}` that isn't quoted or escaped; npos without one.
std::size_t name_length(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == '}' && !quoted)
      return i;
  }
  return std::string_view::npos;
}

// The value that this path means; of several members of one name the last, as for most readers of JSON.
std::optional<NodeId> value_at(const Record& record, const Path& path) {
  std::optional<NodeId> found;
  record.each(path, [&](NodeId id) { found = id; });
  return found;
}

void append_value(const Record& record, NodeId id, std::string& out) {
  if (record.type(id) != Type::string) return record.write(out, id);
  const std::string_view json = record.value(id);
  const std::string_view inside = json.substr(1, json.size() - 2);
  if (!record.value_escaped(id) || !append_decoded(out, inside)) out += inside;
}

}  // namespace

// Reads a text from left to right.
class Template::Reader {
 public:
  explicit Reader(Template& result) : result_(result), text_(result.text_) {}

  bool done() const { return at_ == text_.size(); }

  // The next piece. std::nullopt or what is wrong.
  std::optional<Error> next() {
    begin_ = at_;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("{{") || rest.starts_with("}}") || rest.starts_with("%%")) {
      put_text(rest.front());
      at_ += 2;
      return std::nullopt;
    }
    if (rest.front() == '{') return take_name(rest.substr(1));
    if (rest.front() == '%') return take_time(rest.substr(1));
    if (rest.front() == '}') return failed("a `}` without its `{`; the character itself is written `}}`");
    put_text(rest.front());
    ++at_;
    return std::nullopt;
  }

  // About the piece that was read last. Columns count characters, as editors do.
  Error failed(const std::string& why) const {
    std::size_t column = 1;
    for (const char c : text_.substr(0, begin_)) column += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
    return Error{"column " + std::to_string(column) + ": " + why};
  }

 private:
  void put_text(char c) {
    std::vector<Part>& parts = result_.parts_;
    if (parts.empty() || parts.back().kind != Part::Kind::text) parts.push_back({Part::Kind::text, {}, {}});
    parts.back().text += c;
  }

  std::optional<Error> take_name(std::string_view rest) {
    const std::size_t length = name_length(rest);
    if (length == std::string_view::npos) return failed("a `{` without its `}`; the character itself is written `{{`");
    if (length == 0) return failed("expected a name between `{` and `}`");
    Result<Path> path = Path::parse(rest.substr(0, length));
    if (!path) return failed(path.error().message);
    if (path->has_wildcard()) return failed("a field to fill in can't be found by `*`");
    result_.parts_.push_back({Part::Kind::name, std::string(rest.substr(0, length)), std::move(*path)});
    at_ += length + 2;
    return std::nullopt;
  }

  std::optional<Error> take_time(std::string_view rest) {
    if (rest.empty() || time_letters.find(rest.front()) == std::string_view::npos)
      return failed("expected one of %Y %m %d %H %M %S %j; the character itself is written `%%`");
    result_.parts_.push_back({Part::Kind::time, std::string(1, rest.front()), {}});
    at_ += 2;
    return std::nullopt;
  }

  Template& result_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

Result<Template> Template::parse(std::string_view text) {
  Template result;
  result.text_ = text;
  Reader reader(result);
  while (!reader.done()) {
    if (std::optional<Error> error = reader.next()) return std::move(*error);
    if (result.parts_.size() > parts_max) return reader.failed("more than " + std::to_string(parts_max) + " parts");
  }
  return result;
}

bool Template::append(const Record& record, const Facts& facts, std::string& out, std::string_view missing) const {
  bool complete = true;
  for (const Part& part : parts_) {
    if (part.kind == Part::Kind::text) {
      out += part.text;
    } else if (part.kind == Part::Kind::time) {
      append_time(out, part.text.front(), record.received());
    } else if (const std::string* fact = facts.find(part.text)) {
      out += *fact;
    } else if (const std::optional<NodeId> id = value_at(record, part.path)) {
      append_value(record, *id, out);
    } else {
      out += missing;
      complete = false;
    }
  }
  return complete;
}

bool Template::is_constant() const {
  for (const Part& part : parts_) {
    if (part.kind != Part::Kind::text) return false;
  }
  return true;
}

bool Template::reads_fields(const Facts& facts) const {
  for (const Part& part : parts_) {
    if (part.kind == Part::Kind::name && facts.find(part.text) == nullptr) return true;
  }
  return false;
}

}  // namespace towline::record
