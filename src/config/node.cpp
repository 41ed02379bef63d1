// The only file that sees yaml-cpp. It uses the event interface: yaml-cpp's own tree forgets the places of keys,
// merges duplicate keys and resolves aliases.
#include "config/node.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "base/json_string.hpp"
#include "config/expand.hpp"

namespace towline::config {
namespace {

Mark mark_of(const YAML::Mark& mark) {
  if (mark.line < 0 || mark.column < 0) return {};
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Within quotes of that kind it is written with one more character before it.
bool is_escaped(char quote, char c) {
  return quote != '\0' && (c == quote || (quote == '"' && c == '\\'));
}

// Whether the scalar at the start of `source` is this text, character for character but for such escapes.
bool stands_so(std::string_view source, char quote, std::string_view text) {
  if (quote != '\0') source.remove_prefix(1);
  for (const char c : text) {
    if (is_escaped(quote, c)) {
      if (!source.starts_with(quote == '"' ? '\\' : quote)) return false;
      source.remove_prefix(1);
    }
    if (!source.starts_with(c) || c == '\n') return false;
    source.remove_prefix(1);
  }
  return true;
}

// Leaves the parser from inside one of its events.
struct Refused {
  Mark mark;
  std::string message;
  std::string hint;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const Environment& environment, Problems& problems)
      : text_(text.substr(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0)),
        environment_(environment),
        problems_(problems) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(mark); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_anchor(mark); }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (expects_key()) refuse_key(mark);
    place(begin(Node::Kind::null, mark, {}));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    if (expects_key()) {
      count(mark);
      open_.back().node.entries.push_back({value, mark_of(mark), {}});
      open_.back().key_pending = true;
      return;
    }
    Node node = begin(Node::Kind::scalar, mark, tag);
    node.quoted = tag == "!";
    node.written = value;
    note_form(node, mark);
    Result<std::string> expanded = environment_ ? expand_variables(value, environment_) : value;
    if (expanded)
      node.text = std::move(*expanded);
    else
      problems_.add_last(node.mark, expanded.error().message);
    place(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(Node::Kind::sequence, mark, tag);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, tag);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    bool key_pending = false;  // a map: the last entry still waits for its value
  };

  bool expects_key() const { return !open_.empty() && open_.back().node.is_map() && !open_.back().key_pending; }

  Node begin(Node::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    count(mark);
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Refused{mark_of(mark), "YAML tags are not used here", "remove the `!…`; write text in quotes"};
    Node node;
    node.kind = kind;
    node.mark = mark_of(mark);
    return node;
  }

  // How a scalar is written.
  void note_form(Node& node, const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(std::max(mark.pos, 0));
    if (begin >= text_.size()) return;
    const std::string_view source = text_.substr(begin);
    const bool in_quotes = node.quoted && (source.front() == '\'' || source.front() == '"');
    if (in_quotes) node.quote = source.front();
    node.verbatim = in_quotes == node.quoted && stands_so(source, node.quote, node.written);
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    if (expects_key()) refuse_key(mark);
    if (open_.size() == document_depth_max)
      throw Refused{mark_of(mark), "nested deeper than " + std::to_string(document_depth_max) + " levels", ""};
    open_.push_back({begin(kind, mark, tag), false});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(node));
  }

  void place(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.is_map()) {
      Node::Entry& entry = open_.back().node.entries.back();
      if (node.is_null()) node.mark = entry.key_mark;  // nothing has no place of its own
      entry.value = std::move(node);
      open_.back().key_pending = false;
    } else {
      open_.back().node.items.push_back(std::move(node));
    }
  }

  void count(const YAML::Mark& mark) {
    if (++nodes_ > document_nodes_max)
      throw Refused{mark_of(mark), "more than " + std::to_string(document_nodes_max) + " values", ""};
  }

  [[noreturn]] static void refuse_anchor(const YAML::Mark& mark) {
    throw Refused{mark_of(mark), "YAML anchors and aliases are not used here",
                  "repeat the value, or put text that begins with & or * in quotes"};
  }
  [[noreturn]] static void refuse_key(const YAML::Mark& mark) {
    throw Refused{mark_of(mark), "a key must be plain text", "for a variable as the whole value write \"${NAME}\""};
  }

  std::string_view text_;
  const Environment& environment_;
  Problems& problems_;
  Node root_;
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

// The place of the first byte that isn't UTF-8 text or is NUL; line 0 if there is none.
Mark first_bad_byte(std::string_view text) {
  Mark mark{1, 1};
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0 || text.front() == '\0') return mark;
    mark = text.front() == '\n' ? Mark{mark.line + 1, 1} : Mark{mark.line, mark.column + 1};
    text.remove_prefix(length);
  }
  return {};
}

std::optional<Node> build_tree(std::string_view text, TreeBuilder& builder) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  parser.HandleNextDocument(builder);
  Node root = builder.take();
  if (parser && parser.HandleNextDocument(builder)) {
    throw Refused{builder.take().mark, "a second document", "a configuration is one document: remove the `---`"};
  }
  return root;
}

}  // namespace

std::optional<Node> parse_yaml(std::string_view text, const Environment& environment, Problems& problems) {
  if (text.size() > document_bytes_max) {
    problems.add({}, "longer than " + std::to_string(document_bytes_max) + " bytes");
    return std::nullopt;
  }
  if (const Mark bad = first_bad_byte(text); bad.line != 0) {
    problems.add(bad, "not valid UTF-8 text");
    return std::nullopt;
  }
  try {
    TreeBuilder builder(text, environment, problems);
    return build_tree(text, builder);
  } catch (const Refused& refused) {
    problems.add(refused.mark, refused.message, refused.hint);
  } catch (const YAML::Exception& failure) {
    problems.add(mark_of(failure.mark), "not valid YAML: " + failure.msg);
  }
  return std::nullopt;
}

const Node* Node::find(std::string_view key) const {
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

std::string Node::shown() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::scalar:
      break;
  }
  return in_quotes(written);
}

std::optional<Mark> place_in(const Node& scalar, std::size_t offset) {
  if (!scalar.verbatim || scalar.text != scalar.written || offset > scalar.text.size()) return std::nullopt;
  Mark place = scalar.mark;
  if (scalar.quote != '\0') ++place.column;
  for (const char c : std::string_view(scalar.text).substr(0, offset)) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;  // a character, not its bytes
    place.column += (continues ? 0U : 1U) + (is_escaped(scalar.quote, c) ? 1U : 0U);
  }
  return place;
}

bool check_duplicate_keys(const Node& map, Problems& problems) {
  std::vector<const Node::Entry*> sorted;
  for (const Node::Entry& entry : map.entries) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  bool unique = true;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->key != sorted[i - 1]->key) continue;
    unique = false;
    problems.add(sorted[i]->key_mark, "the key " + in_quotes(sorted[i]->key) + " is given twice",
                 "the one before is on line " + std::to_string(sorted[i - 1]->key_mark.line));
  }
  return unique;
}

}  // namespace towline::config
