#include "app/commands/test/update.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "app/commands/test/yaml_cases.hpp"

namespace towline::app {

namespace fs = std::filesystem;

namespace {

// Links stay links, and the file keeps its permissions.
Result<void> replace_file(const fs::path& file, const std::string& text) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  const fs::path target = error ? file : real;
  const fs::path temporary = target.string() + ".new";
  {
    std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
    stream << text;
    if (!stream.flush()) return Error{temporary.string() + " can't be written"};
  }
  const fs::file_status status = fs::status(target, error);
  if (!error) fs::permissions(temporary, status.permissions(), error);
  fs::rename(temporary, target, error);
  if (error) return Error{file.string() + " can't be replaced: " + error.message()};
  return {};
}

// What may stand between `expected` and the next key or case, and belongs to neither.
bool is_between(const std::string& line) {
  if (line.starts_with("...") || line.starts_with("---")) return true;
  std::size_t at = line.find_first_not_of(" \t\r");
  if (at != std::string::npos && line[at] == '-') at = line.find_first_not_of(" \t\r", at + 1);
  return at == std::string::npos || line[at] == '#';
}

std::vector<std::string> block(const std::vector<std::string>& records, std::size_t indent, const char* line_end) {
  const std::string margin(indent, ' ');
  if (records.empty()) return {margin + "expected: []" + line_end};
  std::vector<std::string> lines = {margin + "expected:" + line_end};
  for (const std::string& record : records) {
    std::string quoted;
    for (const char c : record) quoted += c == '\'' ? "''" : std::string(1, c);
    lines.push_back(margin + "  - '" + quoted + "'" + line_end);
  }
  return lines;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  return lines;
}

std::string join(const std::vector<std::string>& lines) {
  std::string text = lines.front();
  for (std::size_t i = 1; i < lines.size(); ++i) (text += '\n') += lines[i];
  return text;
}

// Puts what came out in the place of the lines from `expected` to what comes next.
void replace_block(std::vector<std::string>& lines, const Verdict& verdict) {
  const config::Mark mark = verdict.test_case.expected_mark;
  const config::Mark next = verdict.test_case.expected_end;
  const std::size_t first = mark.line - 1;
  std::size_t end = next.line == 0 ? lines.size() : std::min<std::size_t>(next.line - 1, lines.size());
  while (end > first + 1 && is_between(lines[end - 1])) --end;
  if (end <= first) return;
  const char* line_end = lines[first].ends_with('\r') ? "\r" : "";
  const std::vector<std::string> replacement = block(verdict.outputs(), mark.column - 1, line_end);
  const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(first);
  lines.insert(lines.erase(begin, lines.begin() + static_cast<std::ptrdiff_t>(end)), replacement.begin(),
               replacement.end());
}

// Whether the new text has the same cases, with what came out as what is expected where that was to be updated.
bool is_updated(const std::string& before, const std::string& after, const fs::path& file,
                const std::vector<const Verdict*>& failed) {
  config::Problems problems(file.string());
  const std::vector<TestCase> old_cases = read_yaml_cases(before, file, problems);
  const std::vector<TestCase> new_cases = read_yaml_cases(after, file, problems);
  if (!problems.empty() || old_cases.size() != new_cases.size()) return false;
  for (std::size_t i = 0; i < old_cases.size(); ++i) {
    const TestCase& was = old_cases[i];
    const TestCase& is = new_cases[i];
    if (was.input != is.input || was.from != is.from || was.at != is.at || was.facts.all() != is.facts.all())
      return false;
    const auto updated = std::find_if(failed.begin(), failed.end(), [&](const Verdict* verdict) {
      return verdict->test_case.expected_mark == was.expected_mark;
    });
    const bool right = updated == failed.end()
                           ? was.expected == is.expected
                           : is.expected && differences(*is.expected, (*updated)->outputs()).empty();
    if (!right) return false;
  }
  return true;
}

Result<void> update_yaml(const fs::path& file, std::vector<const Verdict*> failed) {
  std::ifstream stream(file, std::ios::binary);
  const std::string before{std::istreambuf_iterator<char>(stream), {}};
  std::vector<std::string> lines = split(before);
  // From the last to the first, so that the places of the others stay.
  std::sort(failed.begin(), failed.end(),
            [](const Verdict* a, const Verdict* b) { return a->test_case.expected_mark > b->test_case.expected_mark; });
  const auto again = std::unique(failed.begin(), failed.end(), [](const Verdict* a, const Verdict* b) {
    return a->test_case.expected_mark == b->test_case.expected_mark;
  });
  failed.erase(again, failed.end());  // a file that was named twice
  for (const Verdict* verdict : failed) {
    const config::Mark mark = verdict->test_case.expected_mark;
    const std::size_t first = mark.line - 1;
    if (first >= lines.size() || lines[first].find_first_not_of(' ') != mark.column - 1) {
      return Error{file.string() + ":" + std::to_string(mark.line) +
                   ": `expected` must begin a line of its own to be updated"};
    }
    replace_block(lines, *verdict);
  }
  const std::string after = join(lines);
  if (is_updated(before, after, file, failed)) return replace_file(file, after);
  return Error{file.string() + ":" + std::to_string(failed.back()->test_case.mark.line) +
               ": to be updated a case must be in block style: each key on a line of its own, without { } around them"};
}

Result<void> update_folder(const Verdict& verdict) {
  std::ostringstream text;
  for (const std::string& record : verdict.outputs()) text << record << '\n';
  return replace_file(verdict.test_case.file, text.str());
}

}  // namespace

Result<std::size_t> update_expected(std::span<const Verdict> verdicts) {
  std::map<fs::path, std::vector<const Verdict*>> by_file;
  std::size_t updated = 0;
  for (const Verdict& verdict : verdicts) {
    if (!verdict.unusable.empty() || !verdict.test_case.expected || verdict.as_expected()) continue;
    std::error_code error;
    const fs::path real = fs::weakly_canonical(verdict.test_case.file, error);
    by_file[error ? verdict.test_case.file : real].push_back(&verdict);
    ++updated;
  }
  for (const auto& [real, failed] : by_file) {
    const fs::path& file = failed.front()->test_case.file;
    const bool is_yaml = failed.front()->test_case.mark.line != 0;
    Result<void> written = is_yaml ? update_yaml(file, failed) : update_folder(*failed.front());
    if (!written) return written.error();
  }
  return updated;
}

}  // namespace towline::app
