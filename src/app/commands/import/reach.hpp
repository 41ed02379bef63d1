// What comes out, and which of it leads to a sink.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "app/commands/import/pipeline.hpp"
#include "app/commands/import/remarks.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

struct PipedSource {
  std::string id;
  std::uint32_t line;
  std::string path;  // there
  Yaml body;
};

struct PipedTransform {
  std::uint32_t line;
  std::string path;  // there
  Stage stage;
  bool off = false;  // a comment
};

struct PipedSink {
  std::string id;
  std::uint32_t line;
  std::string path;  // there
  std::vector<std::string> inputs;
  Yaml body;  // without its inputs
  bool off = false;
};

struct Pipes {
  std::vector<PipedSource> sources;
  std::vector<PipedTransform> transforms;  // each behind what it reads
  std::vector<PipedSink> sinks;
};

// The outputs that end nowhere because the sinks that read them have no counterpart, or there is no sink at all.
std::vector<std::string> left_over(const Pipes& pipes);

// Sources and transforms that lead to no sink become comments, which is a remark each. Routes that nobody reads go, and
// what they match still isn't unmatched.
void leave_out_unread(Pipes& pipes, Remarks& remarks);

}  // namespace towline::app::migration
