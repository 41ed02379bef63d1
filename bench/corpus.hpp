// Records as applications write them, for the benchmarks: made up from a seed, so every run measures the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace towline::bench {

struct Corpus {
  std::string text;  // with record::padding behind it
  std::vector<std::string_view> lines;

  std::size_t bytes_per_line() const { return text.size() / lines.size(); }
};

// At least so many bytes. One record in eight has something to redact if `secrets`, else none.
Corpus make_corpus(std::size_t bytes, bool secrets);

}  // namespace towline::bench
