#include "app/commands/import/log_to_metric.hpp"

#include "app/commands/import/names.hpp"
#include "app/commands/import/templates.hpp"
#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration {

namespace {

std::string metric_name(const std::string& space, const std::string& name) {
  std::string out = space.empty() ? name : space + "_" + name;
  for (char& c : out) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!allowed) c = '_';
  }
  return out;
}

// A label for each tag.
Yaml read_labels(Settings tags, const Tree* map) {
  Yaml labels = Yaml::map();
  if (map == nullptr) return labels;
  for (const TreeEntry& entry : map->entries) {
    const std::optional<std::string> text = tags.text(entry.key);
    if (!text || labels.has(entry.key)) continue;
    const std::optional<std::string> field = only_field(*text);
    const std::optional<std::string> filled = field ? field : convert_template(*text);
    const bool varies = field || (filled && text->find("{{") != std::string::npos);
    if (varies)
      labels.set(entry.key, Yaml::text(*filled));
    else
      tags.refuse(entry.key, "a label is a field, or a template with one",
                  "the scrape configuration can add fixed labels");
  }
  return labels;
}

struct MetricKind {
  std::string there;
  const char* here;  // null: there is none
};

MetricKind kind_of(Settings& metric) {
  const std::string type = metric.text("type").value_or("counter");
  if (type == "counter") return {type, "counter"};
  if (type == "gauge") return {type, "gauge"};
  if (type == "histogram" || type == "summary" || type == "distribution") return {type, "histogram"};
  return {type, nullptr};
}

constexpr const char* bounds[] = {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"};

void add_buckets(Yaml& step, Place& place) {
  Yaml buckets = Yaml::list();
  for (const char* bound : bounds) buckets.push(Yaml::plain(bound));
  step.set(ours::buckets, std::move(buckets.compact()));
  place.note("The buckets are those of Vector's `prometheus_exporter`; say here which ones are of use.");
}

// The settings of the step; std::nullopt after a remark.
std::optional<Yaml> convert_metric(const Tree& item, const std::string& name, Place& place) {
  Settings metric(&item, name, place);
  const MetricKind kind = kind_of(metric);
  const std::string field = metric.text("field").value_or("");
  const auto path = vrl::read_path(field);
  const auto value = path ? vrl::our_path(*path) : std::nullopt;
  const auto selected = path ? vrl::selector(*path) : std::nullopt;
  const std::string space = metric.text("namespace").value_or("");
  const std::string own = metric.text("name").value_or(field);
  const bool by_value = metric.flag("increment_by_value", false) || kind.there != "counter";
  Yaml labels = read_labels(metric.section("tags"), item.find("tags"));
  metric.ignore({"kind"});
  metric.finish();
  if (kind.here == nullptr || !value || !selected) {
    const std::string why = kind.here == nullptr ? "there is no metric of the kind `" + kind.there + "`"
                                                 : "it has no field whose path can be converted";
    place.remark(item.line, name, {why, ""});
    return std::nullopt;
  }
  Yaml step = Yaml::map().set(ours::name, Yaml::text(metric_name(space, own)));
  if (kind.there != "counter") step.set(ours::type, Yaml::text(kind.here));
  if (by_value)
    step.set(ours::value, Yaml::text(*value));
  else
    step.set(ours::when, Yaml::text("{ " + *selected + " EXISTS && !(" + *selected + " IS NULL) }"));
  if (!labels.empty()) step.set(ours::labels, std::move(labels.compact()));
  if (std::string_view(kind.here) == "histogram") add_buckets(step, place);
  return step;
}

}  // namespace

vrl::Nodes convert_metrics(Settings& settings, const Component& component, const TransformContext& context) {
  vrl::Nodes nodes;
  const std::string name = component.path() + ".metrics";
  const Tree* list = settings.take("metrics");
  settings.refuse("all_metrics", "records are no metrics", "");
  for (const Tree& item : list == nullptr ? std::vector<Tree>() : list->items) {
    std::optional<Yaml> step = convert_metric(item, name, context.place);
    if (!step) continue;
    if (const auto problem = context.problem_with(ours::metric, *step)) {
      context.place.remark(item.line, name, {*problem, ""});
      continue;
    }
    vrl::Node node;
    node.comments = context.place.take_comments();
    node.step = ours::metric;
    node.settings = std::move(step->compact());
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace towline::app::migration
