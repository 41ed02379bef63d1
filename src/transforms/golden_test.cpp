// Golden cases: each folder of tests/golden holds config.yaml (a list of steps), input.ndjson and expected.ndjson, line
// by line; an empty line for a record that was filtered. A line that isn't one JSON object is wrapped, received at
// 2026-11-20T12:00:00Z. TOWLINE_GOLDEN_UPDATE=1 in the environment writes what comes out; read the difference before
// you commit it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "component/registry.hpp"
#include "config/node.hpp"
#include "config/schema.hpp"

#define TOWLINE_SOURCE(name)
#define TOWLINE_SINK(name)
#define TOWLINE_STEP(name)                    \
  namespace towline::name {                   \
  extern const component::StepType step_type; \
  }
#include "components.def"
#undef TOWLINE_STEP

namespace towline::transforms {
namespace {

namespace fs = std::filesystem;

constexpr WallTime received{std::chrono::seconds{1'795'176'000}};
#define TOWLINE_STEP(name) &name::step_type,
constexpr const component::StepType* step_types[] = {
#include "components.def"
};
#undef TOWLINE_STEP

fs::path golden_folder() {
  const char* folder = std::getenv("GOLDEN_DIR");
  return folder != nullptr ? fs::path(folder) : fs::path(__FILE__).parent_path() / "../../tests/golden";
}

std::vector<fs::path> cases() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(golden_folder())) {
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

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

// The steps of one case, with what they need to live.
class Steps {
 public:
  explicit Steps(const std::string& yaml) {
    config::Problems problems("config.yaml");
    const auto document = config::parse_yaml(
        yaml, [](std::string_view) { return std::nullopt; }, problems);
    const config::Node* list = document ? document->find("steps") : nullptr;
    if (list != nullptr) {
      for (const config::Node& item : list->items) add(item, problems);
    }
    EXPECT_TRUE(problems.empty()) << problems.text();
    EXPECT_FALSE(steps_.empty()) << "a case has steps";
  }

  std::string apply(std::string line) {
    const std::size_t size = line.size();
    line.append(record::padding, '\0');
    const std::string_view text = std::string_view(line).substr(0, size);
    const record::ParseError error = record_.parse(text, received);
    if (error != record::ParseError::none) record_.wrap(text, record::name(error), received);
    for (const auto& step : steps_) {
      if (step->apply(record_) == component::StepResult::filter) return {};
    }
    std::string out;
    record_.write(out);
    return out;
  }

 private:
  void add(const config::Node& item, config::Problems& problems) {
    ASSERT_EQ(item.entries.size(), 1U) << "a step is a map with one key";
    const config::Node::Entry& entry = item.entries.front();
    for (const component::StepType* type : step_types) {
      if (type->name != entry.key) continue;
      configs_.push_back(type->schema->parse_shared(entry.value, problems));
      if (configs_.back())
        steps_.push_back(
            type->build(configs_.back().get(), {"golden", steps_.size(), metrics_, audit_, facts_, log_metrics_}));
      return;
    }
    FAIL() << "no such step: " << entry.key;
  }

  telemetry::Metrics metrics_;
  telemetry::Audit audit_;
  Facts facts_;
  telemetry::LogMetrics log_metrics_;
  std::vector<std::shared_ptr<const void>> configs_;
  std::vector<std::unique_ptr<component::Step>> steps_;
  record::Record record_;
};

class Golden : public testing::TestWithParam<fs::path> {};

TEST_P(Golden, GivesWhatIsExpected) {
  Steps steps(read(GetParam() / "config.yaml"));
  const std::vector<std::string> input = lines(read(GetParam() / "input.ndjson"));
  std::vector<std::string> output;
  for (const std::string& line : input) output.push_back(steps.apply(line));
  if (std::getenv("TOWLINE_GOLDEN_UPDATE") != nullptr) {
    std::ofstream file(GetParam() / "expected.ndjson", std::ios::binary);
    for (const std::string& line : output) file << line << '\n';
  }
  const std::vector<std::string> expected = lines(read(GetParam() / "expected.ndjson"));
  ASSERT_EQ(output.size(), expected.size());
  ASSERT_FALSE(output.empty());
  for (std::size_t i = 0; i < output.size(); ++i)
    EXPECT_EQ(output[i], expected[i]) << "line " << i + 1 << ": " << input[i];
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(cases()), [](const auto& test) {
  std::string name = test.param.filename().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace towline::transforms
