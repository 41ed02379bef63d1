#include "app/commands/docs.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "app/reference.hpp"

namespace towline::app {
namespace {

bool write_file(const std::filesystem::path& path, const std::string& content) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  return !file.fail();
}

bool is_content_of(const std::filesystem::path& path, const std::string& content) {
  std::ifstream file(path, std::ios::binary);
  const std::string present{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return file && present == content;
}

}  // namespace

int docs_command(const std::string& directory, DocsMode mode, const component::Registry& registry, std::ostream& out,
                 std::ostream& err) {
  int status = 0;
  for (const GeneratedFile& file : generated_files(registry)) {
    const std::filesystem::path path = std::filesystem::path(directory) / file.path;
    if (mode == DocsMode::check) {
      if (is_content_of(path, file.content)) continue;
      err << path.string() << ": differs from what `towline docs` writes\n";
      status = 1;
    } else if (write_file(path, file.content)) {
      out << path.string() << '\n';
    } else {
      err << path.string() << ": can't be written\n";
      status = 1;
    }
  }
  return status;
}

}  // namespace towline::app
