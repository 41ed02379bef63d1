// Golden cases: each folder of tests/import holds vector.yaml or vector.toml, the configuration that it becomes in
// expected.yaml, and the remarks in expected.txt (empty where everything is converted). All of them load.
// TOWLINE_GOLDEN_UPDATE=1 in the environment writes what comes out; read the difference before you commit it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/commands/import/import.hpp"
#include "app/components.hpp"
#include "app/config.hpp"

namespace towline::app {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> cases() {
  const char* folder = std::getenv("GOLDEN_IMPORT_DIR");
  const fs::path root =
      folder != nullptr ? fs::path(folder) : fs::path(__FILE__).parent_path() / "../../../../tests/import";
  std::vector<fs::path> found;
  std::error_code missing;  // told by a test, not while the program starts
  for (const auto& entry : fs::directory_iterator(root, missing)) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Without the folder in front of the file's name.
std::string without(std::string text, const std::string& folder) {
  for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder, at))
    text.erase(at, folder.size());
  return text;
}

std::optional<std::string> environment(std::string_view name) {
  if (name.ends_with("PORT")) return "9123";
  if (name.ends_with("HOST")) return "logs.example.com";
  if (name.ends_with("SECS")) return "30";
  if (name.ends_with("LENGTH")) return "4096";
  return "value";
}

TEST(ImportGoldenCases, AreFound) {
  EXPECT_FALSE(cases().empty()) << "GOLDEN_IMPORT_DIR says where they are";
}

class ImportGolden : public testing::TestWithParam<fs::path> {};

TEST_P(ImportGolden, GivesWhatIsExpected) {
  const fs::path input = GetParam() / (fs::exists(GetParam() / "vector.toml") ? "vector.toml" : "vector.yaml");
  std::ostringstream out;
  std::ostringstream err;
  const int status = import_command({input.string()}, all_components(), out, err);
  const std::string remarks = without(err.str(), GetParam().string() + "/");
  if (std::getenv("TOWLINE_GOLDEN_UPDATE") != nullptr) {
    std::ofstream(GetParam() / "expected.yaml", std::ios::binary) << out.str();
    std::ofstream(GetParam() / "expected.txt", std::ios::binary) << remarks;
  }
  EXPECT_EQ(out.str(), read(GetParam() / "expected.yaml"));
  EXPECT_EQ(remarks, read(GetParam() / "expected.txt"));
  EXPECT_EQ(status, remarks.empty() ? 0 : 1);
}

TEST_P(ImportGolden, Loads) {
  config::Problems problems("expected.yaml");
  const auto config = load_config(read(GetParam() / "expected.yaml"), environment, all_components(), problems);
  EXPECT_TRUE(config) << problems.text();
}

INSTANTIATE_TEST_SUITE_P(Cases, ImportGolden, testing::ValuesIn(cases()), [](const auto& test) {
  std::string name = test.param.filename().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace towline::app
