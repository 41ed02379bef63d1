#include "app/commands/test/cases.hpp"

#include <algorithm>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <sstream>
#include <system_error>

#include "app/commands/test/yaml_cases.hpp"

namespace towline::app {

namespace fs = std::filesystem;

namespace {

constexpr int folder_depth_max = 32;

// Reads the files and folders that the user named.
class CaseLoader {
 public:
  explicit CaseLoader(std::ostream& err) : err_(err) {}

  void add_path(const fs::path& path, int depth);
  void add_sample(const std::string& name, std::istream& stream);

  std::vector<TestCase> cases;
  bool valid = true;

 private:
  void add_folder(const fs::path& folder, int depth);
  void add_records_folder(const fs::path& folder);
  void add_yaml(const fs::path& file);
  std::string read(const fs::path& file);
  std::string read(const std::string& name, std::istream& stream);
  void add(TestCase test_case);
  void fail(const std::string& message);

  std::ostream& err_;
};

void CaseLoader::fail(const std::string& message) {
  if (valid || cases.size() < test_cases_max) err_ << "towline test: " << message << '\n';
  valid = false;
}

std::string CaseLoader::read(const std::string& name, std::istream& stream) {
  if (!stream) fail(name + " can't be read");
  std::string text;
  std::vector<char> piece(std::size_t{64} * 1024);
  while (text.size() <= test_file_bytes_max && stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    text.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (text.size() <= test_file_bytes_max) return text;
  fail(name + " is larger than 64 MiB");
  return {};
}

std::string CaseLoader::read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return read(file.string(), stream);
}

void CaseLoader::add(TestCase test_case) {
  if (cases.size() == test_cases_max) return fail("more than " + std::to_string(test_cases_max) + " cases");
  cases.push_back(std::move(test_case));
}

void CaseLoader::add_path(const fs::path& path, int depth) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const std::string ending = path.extension().string();
  if (status.type() == fs::file_type::not_found) {
    fail(path.string() + " doesn't exist");
  } else if (error) {
    fail(path.string() + " can't be read: " + error.message());
  } else if (fs::is_directory(status)) {
    add_folder(path, depth);
  } else if (ending == ".yaml" || ending == ".yml") {
    add_yaml(path);
  } else if (ending == ".ndjson" || ending == ".jsonl" || ending == ".log" || ending == ".json") {
    std::ifstream stream(path, std::ios::binary);
    add_sample(path.string(), stream);
  } else {
    fail(path.string() + " is no case: cases are .yaml, .ndjson, .jsonl, .log, or folders with input.ndjson");
  }
}

void CaseLoader::add_sample(const std::string& name, std::istream& stream) {
  TestCase sample;
  sample.name = sample.file = name;
  sample.input = lines_of(read(name, stream));
  if (valid) add(std::move(sample));
}

// A link may lead back to where it stands: after a mistake no further folder is entered.
void CaseLoader::add_folder(const fs::path& folder, int depth) {
  if (depth == folder_depth_max)
    return fail(folder.string() + ": more than " + std::to_string(folder_depth_max) + " folders within each other");
  std::error_code error;
  if (fs::exists(folder / "input.ndjson", error)) return add_records_folder(folder);
  std::vector<fs::path> inside;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string ending = entry->path().extension().string();
    std::error_code ignored;
    if (entry->is_directory(ignored) || ending == ".yaml" || ending == ".yml") inside.push_back(entry->path());
  }
  if (error) return fail(folder.string() + " can't be read: " + error.message());
  const std::size_t before = cases.size();
  std::sort(inside.begin(), inside.end());
  for (const fs::path& path : inside) {
    if (valid || !fs::is_directory(path, error)) add_path(path, depth + 1);
  }
  if (valid && cases.size() == before) fail(folder.string() + " holds no cases");
}

void CaseLoader::add_records_folder(const fs::path& folder) {
  TestCase found;
  found.name = folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string();
  found.file = folder / "expected.ndjson";
  found.input = lines_of(read(folder / "input.ndjson"));
  std::error_code error;
  if (fs::exists(found.file, error)) found.expected = lines_of(read(found.file));
  if (valid) add(std::move(found));
}

void CaseLoader::add_yaml(const fs::path& file) {
  const std::string yaml = read(file);
  if (!valid) return;
  config::Problems problems(file.string());
  for (TestCase& test_case : read_yaml_cases(yaml, file, problems)) add(std::move(test_case));
  if (problems.empty()) return;
  problems.print(err_);
  valid = false;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<std::vector<TestCase>> load_cases(const std::vector<std::string>& paths, std::istream& standard_input,
                                                std::ostream& err) {
  CaseLoader loader(err);
  for (const std::string& path : paths) {
    if (path == "-")
      loader.add_sample("-", standard_input);
    else
      loader.add_path(path, 0);
  }
  if (!loader.valid) return std::nullopt;
  return std::move(loader.cases);
}

}  // namespace towline::app
