// The cases of `towline test`: sample records and what is to become of them, from files and folders.
//
//   cases.yaml      a list of { name, input, expected, from, at, facts }; input and expected are a text, a map (written
//                   as JSON), or a list of these; without `expected` the output is only shown
//   folder/         input.ndjson and expected.ndjson, line by line; or folders of that kind, at any depth
//   sample.ndjson   sample records (also .jsonl, .log, and `-` for the standard input): nothing is expected of them
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "base/facts.hpp"
#include "config/problems.hpp"

namespace towline::app {

struct TestCase {
  std::string name;
  std::filesystem::path file;                        // where it stands: what --update rewrites
  config::Mark mark;                                 // in a YAML file: of its name; line 0 in a folder
  std::vector<std::string> input;                    // one line each, JSON or not
  std::optional<std::vector<std::string>> expected;  // JSON objects
  config::Mark expected_mark;                        // in a YAML file: of the key; line 0 where it is missing
  config::Mark expected_end;                         // where the next key or case begins; line 0: the end of the file
  std::string from;  // the source that the input comes from; empty: the first that leads to `at`
  std::string at;    // the transform or sink whose records are compared; empty: all sinks
  Facts facts;       // what enrich and templates find: nobody is asked
};

inline constexpr std::size_t test_cases_max = 10'000;
inline constexpr std::size_t test_file_bytes_max = std::size_t{64} * 1024 * 1024;

// The lines of a text that a source makes records of; blank ones are none.
std::vector<std::string> lines_of(const std::string& text);

// Every case of these files and folders, in their order (folders sorted by name). What is wrong with a file is printed
// to `err` with its place, and the result is std::nullopt. Reads, and does nothing else.
std::optional<std::vector<TestCase>> load_cases(const std::vector<std::string>& paths, std::istream& standard_input,
                                                std::ostream& err);

}  // namespace towline::app
