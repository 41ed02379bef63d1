// The step `enrich`: adds fixed tags and what is known about the machine to every record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/path.hpp"

namespace towline::enrich {

struct Tag {
  record::Path path;  // without wildcards
  std::string json;   // a scalar
};
struct Tags {
  std::vector<Tag> list;
};

struct EnrichConfig {
  Tags tags;
  bool host = false;
  bool ecs = false;
  bool ec2 = false;
  std::optional<record::Path> target;
  bool overwrite = false;
};
const config::Schema<EnrichConfig>& enrich_schema();

class EnrichStep final : public component::Step {
 public:
  EnrichStep(const EnrichConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  struct Member {
    std::string key;
    std::string json;
  };
  // What goes into one object.
  struct Group {
    record::Path path;  // of the first member
    std::vector<Member> members;
  };

  void add(const record::Path& path, const std::string& json);
  void put(record::Record& record, record::NodeId object, const Member& member) const;

  bool overwrite_;
  std::vector<Group> groups_;
};

extern const component::StepType step_type;

}  // namespace towline::enrich

template <>
struct towline::config::Value<towline::enrich::Tags> {
  static std::optional<enrich::Tags> parse(const Node& node, Problems& problems);
  static std::string print(const enrich::Tags&) { return {}; }
  static ValueInfo info();
};
