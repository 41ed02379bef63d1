#include "transforms/path_value.hpp"

namespace towline::transforms {

std::optional<record::Path> parse_path(std::string_view text, config::Mark mark, config::Problems& problems) {
  Result<record::Path> path = record::Path::parse(text);
  if (path) return std::move(*path);
  problems.add(mark, path.error().message,
               "write levels with dots, as in request.headers.*, and quote a key with dots");
  return std::nullopt;
}

}  // namespace towline::transforms

namespace towline::config {

std::optional<record::Path> Value<record::Path>::parse(const Node& node, Problems& problems) {
  const std::optional<std::string> text = Value<std::string>::parse(node, problems);
  if (!text) return std::nullopt;
  return transforms::parse_path(*text, node.mark, problems);
}

ValueInfo Value<record::Path>::info() {
  ValueInfo info = Value<std::string>::info();
  info.name = "path";
  return info;
}

}  // namespace towline::config
