#include <algorithm>

#include "app/commands/import/tree.hpp"
#include "config/node.hpp"

namespace towline::app::migration {

namespace {

Tree::Kind scalar_kind(const config::Node& node) {
  if (node.quoted) return Tree::Kind::text;
  if (node.text == "true" || node.text == "false") return Tree::Kind::boolean;
  return is_number(node.text) ? Tree::Kind::number : Tree::Kind::text;
}

class Reader {
 public:
  explicit Reader(std::string_view text) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      lines_.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }

  Tree read(const config::Node& node) const {
    Tree tree;
    tree.line = node.mark.line;
    if (node.is_scalar()) {
      tree.kind = scalar_kind(node);
      tree.text = node.text;
      tree.text_line = text_line(node);
    } else if (node.is_sequence()) {
      tree.kind = Tree::Kind::list;
      for (const config::Node& item : node.items) tree.items.push_back(read(item));
    } else if (node.is_map()) {
      tree.kind = Tree::Kind::map;
      for (const config::Node::Entry& entry : node.entries)
        tree.entries.push_back({entry.key, entry.key_mark.line, read(entry.value)});
    }
    return tree;
  }

 private:
  // Only in a literal block do the lines of a text stand below each other in the file.
  std::uint32_t text_line(const config::Node& node) const {
    if (node.verbatim) return node.mark.line;
    if (node.quote != '\0' || !node.quoted) return 0;
    const std::string_view header = lines_.at(node.mark.line - 1);
    const std::size_t column = node.mark.column - 1;
    const bool is_literal = column < header.size() && header[column] == '|';
    return is_literal ? node.mark.line + 1 : 0;
  }

  std::vector<std::string_view> lines_;
};

}  // namespace

std::optional<Tree> read_yaml(std::string_view text, config::Problems& problems) {
  const std::optional<config::Node> node = config::parse_yaml(text, {}, problems);
  if (!node) return std::nullopt;
  return Reader(text).read(*node);
}

}  // namespace towline::app::migration
