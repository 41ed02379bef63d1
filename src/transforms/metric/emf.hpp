// CloudWatch's embedded metric format: a member `_aws` of the record that says which other members are metrics and
// which are their dimensions. CloudWatch looks for them among the members of the record itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/record.hpp"

namespace towline::metric {

class Emf {
 public:
  struct Options {
    std::string metric_namespace;
    std::string name;  // of the metric
    std::string unit;
    std::vector<std::string> labels;  // names
  };
  explicit Emf(Options options);

  // taken: the record has a member of a name that is needed, with something else in it. too_long: a dimension has more
  // than dimension_bytes_max. Nothing is changed then.
  enum class Result : std::uint8_t { added, taken, too_long };

  // `number` is JSON. `labels` are the values, in the order of their names; an empty one is no dimension of this
  // record. Where `_aws` is there already, by the application or an earlier step, the metric is added to it.
  Result add(record::Record& record, std::string_view number, const std::vector<std::string>& labels) const;

  static constexpr std::size_t dimension_bytes_max = 1024;

 private:
  // The array that metrics are listed in; no_node where `_aws` is something else.
  static record::NodeId directives(const record::Record& record, record::NodeId aws);
  Result look(const record::Record& record, std::string_view number, const std::vector<std::string>& labels) const;
  void describe(record::Record& record, record::NodeId list, const std::vector<std::string>& labels) const;

  Options options_;
  std::string namespace_json_;
  std::string name_json_;
  std::string unit_json_;
  std::vector<std::string> label_json_;
};

}  // namespace towline::metric
