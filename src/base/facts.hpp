// What is known about where this process runs: host.name, ecs.task_id, ec2.instance_id and the like, by dotted names.
// Gathered once, before records flow, and constant from then on; so it may be read from any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace towline {

class Facts {
 public:
  void set(std::string_view name, std::string_view value) { values_.insert_or_assign(std::string(name), value); }

  // Null where it isn't known: off AWS there are no ecs.* and ec2.*.
  const std::string* find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }

  const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace towline
