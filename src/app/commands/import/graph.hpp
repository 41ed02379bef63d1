// The components of a Vector configuration and what they read.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/commands/import/remarks.hpp"
#include "app/commands/import/tree.hpp"

namespace towline::app::migration {

enum class Kind : std::uint8_t { source, transform, sink };

struct Component {
  Kind kind = Kind::source;
  std::string id;
  std::string type;
  std::uint32_t line = 0;
  const Tree* settings = nullptr;    // a map
  std::vector<std::string> inputs;   // outputs of others, wildcards replaced, without those that don't exist
  std::vector<std::string> outputs;  // "clean", "split.errors", "split._unmatched", "clean.dropped"

  std::string path() const;  // "sinks.out"
};

struct Graph {
  std::vector<Component> components;  // sources, then transforms (each behind what it reads), then sinks

  const Component* find(std::string_view id) const;
  // Who has this output; null if nobody does.
  const Component* owner(std::string_view output) const;
};

// What is no component is a remark.
Graph read_graph(const Tree& root, Place& place);

// Ids that are free.
class Names {
 public:
  // The wanted one, made into an id of ours, or one like it.
  std::string take(std::string_view wanted);

 private:
  std::set<std::string, std::less<>> taken_;
};

}  // namespace towline::app::migration
