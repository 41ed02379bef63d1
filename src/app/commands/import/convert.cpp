#include "app/commands/import/convert.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "app/commands/import/checks.hpp"
#include "app/commands/import/globals.hpp"
#include "app/commands/import/graph.hpp"
#include "app/commands/import/names.hpp"
#include "app/commands/import/reach.hpp"
#include "app/commands/import/settings.hpp"
#include "app/commands/import/sinks.hpp"
#include "app/commands/import/sources.hpp"
#include "app/commands/import/transforms.hpp"

namespace towline::app::migration {

namespace {

// The port at the end of an address; 0: there is none.
int port_of(const Component& component) {
  const Tree* address = component.settings->find("address");
  const std::size_t colon = address == nullptr ? std::string::npos : address->text.rfind(':');
  return colon == std::string::npos ? 0 : std::atoi(address->text.c_str() + colon + 1);
}

class Importer {
 public:
  Importer(const Tree& root, const component::Registry& registry, Remarks& remarks)
      : root_(root), registry_(registry), remarks_(remarks), place_(remarks), graph_(read_graph(root, place_)) {
    for (const Component& component : graph_.components) ids_[component.id] = names_.take(component.id);
    for (const Component& component : graph_.components)
      if (component.kind == Kind::source) ports_.insert(port_of(component));
  }

  std::string run(std::string_view file);

 private:
  void add_source(const Component& component);
  void add_transform(const Component& component);
  void add_sink(const Component& component);
  void add_metrics(const Component& component, const ConvertedTransform& converted);
  std::vector<std::string> inputs_of(const Component& component, Place& place);
  void note_outputs(const Component& component, const Stage& last);
  void add_stand_in();
  Yaml sources_section() const;
  Yaml transforms_section();
  Yaml sinks_section();

  const Tree& root_;
  const component::Registry& registry_;
  Remarks& remarks_;
  Place place_;  // of the document as a whole
  Graph graph_;
  Names names_;
  std::map<std::string, std::string> ids_;      // there, here
  std::map<std::string, std::string> outputs_;  // there, here; what isn't here has no counterpart
  std::set<std::string> raw_;                   // outputs there with the line in `message`
  std::set<int> ports_;                         // taken by sources
  Pipes pipes_;
  std::uint64_t disk_bytes_ = 0;
};

void Importer::add_source(const Component& component) {
  Place place(remarks_);
  int port = 9000;
  while (ports_.contains(port)) ++port;
  ConvertedSource converted = convert_source(component, port, place);
  if (port_of(component) == 0) ports_.insert(port);
  if (converted.gone) return place_.notes(place.take_comments());
  const std::string& id = ids_[component.id];
  outputs_[component.id] = id;
  if (converted.raw) raw_.insert(component.id);
  check_source(registry_, component, converted.body, place);
  converted.body.comments(place.take_comments());
  pipes_.sources.push_back({id, component.line, component.path(), std::move(converted.body)});
}

// Ours; what is missing among them is a remark.
std::vector<std::string> Importer::inputs_of(const Component& component, Place& place) {
  std::vector<std::string> inputs;
  for (const std::string& input : component.inputs) {
    const auto found = outputs_.find(input);
    if (found != outputs_.end()) {
      inputs.push_back(found->second);
    } else {
      place.remark(component.line, component.path() + ".inputs",
                   {"there is nothing here like the output `" + input + "`", ""});
    }
  }
  return inputs;
}

void Importer::add_transform(const Component& component) {
  Place place(remarks_);
  std::vector<std::string> inputs = inputs_of(component, place);
  if (inputs.empty()) return place_.notes(place.take_comments());
  const bool raw = std::any_of(component.inputs.begin(), component.inputs.end(),
                               [&](const std::string& input) { return raw_.contains(input); });
  const TransformContext context{
      place, names_, ids_[component.id], std::move(inputs), raw, [this](const std::string& step, const Yaml& settings) {
        return step_problem(registry_, step, settings);
      }};
  ConvertedTransform converted = convert_transform(component, context);
  if (!converted.for_inputs.empty()) add_metrics(component, converted);
  if (converted.stages.empty()) return place_.notes(place.take_comments());
  note_outputs(component, converted.stages.back());
  if (converted.raw) raw_.insert(component.outputs.begin(), component.outputs.end());
  for (Stage& stage : converted.stages)
    pipes_.transforms.push_back({component.line, component.path(), std::move(stage), false});
}

void Importer::note_outputs(const Component& component, const Stage& last) {
  const auto has_route = [&](const std::string& output) {
    return std::any_of(last.routes.begin(), last.routes.end(),
                       [&](const auto& route) { return component.id + "." + route.first == output; });
  };
  for (const std::string& output : component.outputs) {
    const std::string rest = output.substr(component.id.size());
    const bool unmatched = rest == "." + std::string(ours::unmatched) && !last.routes.empty();
    if (rest.empty() || unmatched || has_route(output)) outputs_[output] = last.id + rest;
    // Without any route all records match none.
    if (rest == "." + std::string(ours::unmatched) && last.routes.empty()) outputs_[output] = last.id;
  }
}

// Steps that count records stand at the end of the transforms whose records they count.
void Importer::add_metrics(const Component& component, const ConvertedTransform& converted) {
  for (const std::string& input : component.inputs) {
    const auto stage =
        std::find_if(pipes_.transforms.begin(), pipes_.transforms.end(), [&](const PipedTransform& each) {
          return outputs_.contains(input) && each.stage.id == outputs_[input] && each.stage.routes.empty();
        });
    if (stage == pipes_.transforms.end()) {
      Place scratch(remarks_);
      scratch.remark(component.line, component.path(),
                     {"records are counted by steps of a transform, and `" + input + "` is none",
                      "put the `metric` step into a transform that reads it"});
      place_.notes(scratch.take_comments());
      continue;
    }
    for (const vrl::Node& node : converted.for_inputs)
      stage->stage.steps.push(Yaml::map().set(node.step, node.settings).comments(node.comments));
  }
}

void Importer::add_sink(const Component& component) {
  Place place(remarks_);
  PipedSink sink{ids_[component.id], component.line, component.path(), {}, Yaml::map(), false};
  ConvertedSink converted = convert_sink(component, place);
  if (converted.fate == ConvertedSink::Fate::gone) return place_.notes(place.take_comments());
  sink.inputs = inputs_of(component, place);
  if (sink.inputs.empty()) return place_.notes(place.take_comments());
  sink.off = converted.fate == ConvertedSink::Fate::off;
  disk_bytes_ = std::max(disk_bytes_, converted.disk_bytes);
  sink.body = std::move(converted.body);
  if (!sink.off) check_sink(registry_, component, sink.body, place);
  sink.body.comments(place.take_comments());
  pipes_.sinks.push_back(std::move(sink));
}

// What only sinks read that have no counterpart goes to the console, so that the rest can be tried.
void Importer::add_stand_in() {
  const std::vector<std::string> left = left_over(pipes_);
  if (left.empty()) return;
  Place place(remarks_);
  place.remark(0, "sinks", {"what the missing sinks have read goes to the console", "replace it by a destination"});
  PipedSink sink{names_.take("stand_in"), 0, "sinks", left, Yaml::map(), false};
  sink.body.set("type", Yaml::text("console"));
  sink.body.comments(place.take_comments());
  pipes_.sinks.push_back(std::move(sink));
}

Yaml Importer::sources_section() const {
  Yaml section = Yaml::map();
  for (const PipedSource& source : pipes_.sources) section.set(source.id, source.body);
  return section;
}

Yaml Importer::transforms_section() {
  Yaml section = Yaml::map();
  for (PipedTransform& transform : pipes_.transforms) {
    Stage& stage = transform.stage;
    Yaml body = Yaml::map().set("inputs", Yaml::texts(stage.inputs).compact());
    body.set("steps", std::move(stage.steps));
    Yaml routes = Yaml::map();
    for (const auto& [name, condition] : stage.routes)
      if (!routes.has(name)) routes.set(name, Yaml::text(condition));
    if (!routes.empty()) body.set("routes", std::move(routes));
    body.comments(std::move(stage.comments));
    if (transform.off) body.off();
    section.set(stage.id, std::move(body));
  }
  return section;
}

Yaml Importer::sinks_section() {
  Yaml section = Yaml::map();
  for (PipedSink& sink : pipes_.sinks) {
    Yaml body = Yaml::map();
    for (const auto& [key, value] : sink.body.members()) {
      body.set(key, value);
      if (key == "type") body.set("inputs", Yaml::texts(sink.inputs).compact());
    }
    body.comments(sink.body.take_comments());
    if (sink.off) body.off();
    section.set(sink.id, std::move(body));
  }
  return section;
}

std::string Importer::run(std::string_view file) {
  for (const Component& component : graph_.components) {
    if (component.kind == Kind::source) add_source(component);
    if (component.kind == Kind::transform) add_transform(component);
    if (component.kind == Kind::sink) add_sink(component);
  }
  add_stand_in();
  leave_out_unread(pipes_, remarks_);
  if (pipes_.sources.empty()) place_.remark(0, "sources", {"there is none", "a configuration needs at least one"});
  if (pipes_.sinks.empty()) place_.remark(0, "sinks", {"there is none", "a configuration needs at least one"});

  Yaml document = Yaml::map();
  document.comment("Converted from " + std::filesystem::path(file).filename().string() + " by `towline import`.");
  Settings settings(&root_, "", place_);
  convert_globals(settings, disk_bytes_, document);
  document.set("sources", sources_section());
  if (!pipes_.transforms.empty()) document.set("transforms", transforms_section());
  document.set("sinks", sinks_section());
  document.comments(place_.take_comments());
  return document.dump();
}

}  // namespace

std::string convert(const Tree& root, std::string_view file, const component::Registry& registry, Remarks& remarks) {
  return Importer(root, registry, remarks).run(file);
}

}  // namespace towline::app::migration
