#include "app/commands/import/reach.hpp"

#include <algorithm>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/condition.hpp"

namespace towline::app::migration {

namespace {

std::string owner(const std::string& output) {
  return output.substr(0, output.find('.'));
}

// The outputs that lead to a sink, and those who have them.
struct Read {
  std::set<std::string> outputs;
  std::set<std::string> owners;

  void add(const std::vector<std::string>& inputs) {
    for (const std::string& input : inputs) {
      outputs.insert(input);
      owners.insert(owner(input));
    }
  }
};

Read find_read(const Pipes& pipes) {
  Read read;
  for (const PipedSink& sink : pipes.sinks)
    if (!sink.off) read.add(sink.inputs);
  // Readers stand behind what they read.
  for (auto transform = pipes.transforms.rbegin(); transform != pipes.transforms.rend(); ++transform)
    if (read.owners.contains(transform->stage.id)) read.add(transform->stage.inputs);
  return read;
}

// What matches none of these conditions.
std::string none_of(const std::vector<std::pair<std::string, std::string>>& routes) {
  std::string text;
  for (const auto& [name, condition] : routes) {
    const bool has_braces = condition.starts_with("{ ") && condition.ends_with(" }");
    const std::string inside = has_braces ? condition.substr(2, condition.size() - 4) : "";
    text += (text.empty() ? "!(" : " && !(") + inside + ")";
  }
  return "{ " + text + " }";
}

void replace(std::vector<std::string>& inputs, const std::string& from, const std::string& to) {
  std::replace(inputs.begin(), inputs.end(), from, to);
}

// Routes that nobody reads. Where `_unmatched` is read, it becomes a route that leaves them out as before.
void drop_routes(Pipes& pipes, PipedTransform& reduced, const Read& read, Remarks& remarks) {
  Stage& stage = reduced.stage;
  const auto all = stage.routes;
  std::erase_if(stage.routes, [&](const auto& route) { return !read.outputs.contains(stage.id + "." + route.first); });
  const std::string unmatched = stage.id + "." + ours::unmatched;
  if (stage.routes.size() == all.size() || !read.outputs.contains(unmatched)) return;
  std::string name = "none_of_them";
  while (std::any_of(all.begin(), all.end(), [&](const auto& route) { return route.first == name; })) name += "_";
  const std::string condition = none_of(all);
  if (!vrl::is_usable(condition)) {
    Place place(remarks);
    place.remark(reduced.line, reduced.path, {"records of a route that nobody reads count as unmatched here", ""});
    stage.comments = place.take_comments();
    return;
  }
  stage.routes.emplace_back(name, condition);
  for (PipedTransform& transform : pipes.transforms) replace(transform.stage.inputs, unmatched, stage.id + "." + name);
  for (PipedSink& sink : pipes.sinks) replace(sink.inputs, unmatched, stage.id + "." + name);
}

bool reads(const std::vector<std::string>& inputs, const std::string& id) {
  return std::any_of(inputs.begin(), inputs.end(), [&](const std::string& input) { return owner(input) == id; });
}

bool has_reader(const Pipes& pipes, const std::string& id) {
  return std::any_of(pipes.transforms.begin(), pipes.transforms.end(),
                     [&](const PipedTransform& each) { return reads(each.stage.inputs, id); }) ||
         std::any_of(pipes.sinks.begin(), pipes.sinks.end(),
                     [&](const PipedSink& each) { return reads(each.inputs, id); });
}

}  // namespace

std::vector<std::string> left_over(const Pipes& pipes) {
  const Read read = find_read(pipes);
  std::vector<std::string> left;
  const auto add = [&](const std::string& output) {
    const bool known = std::find(left.begin(), left.end(), output) != left.end();
    if (!known && !read.owners.contains(owner(output))) left.push_back(output);
  };
  for (const PipedSink& sink : pipes.sinks)
    if (sink.off) std::for_each(sink.inputs.begin(), sink.inputs.end(), add);
  if (!left.empty() || !read.owners.empty()) return left;
  for (const PipedTransform& transform : pipes.transforms)
    if (!has_reader(pipes, transform.stage.id)) add(transform.stage.id);
  for (const PipedSource& source : pipes.sources)
    if (!has_reader(pipes, source.id)) add(source.id);
  return left;
}

void leave_out_unread(Pipes& pipes, Remarks& remarks) {
  const Read read = find_read(pipes);
  std::string told;  // a transform of Vector's may be several of ours
  const auto remark = [&](std::uint32_t line, const std::string& path) {
    Place place(remarks);
    if (path != told)
      place.remark(line, path, {"nothing reads it", "name it in the inputs of a sink, or leave it out"});
    told = path;
    return place.take_comments();
  };
  for (PipedSource& source : pipes.sources) {
    if (!read.owners.contains(source.id)) source.body.comments(remark(source.line, source.path)).off();
  }
  for (PipedTransform& transform : pipes.transforms) {
    Stage& stage = transform.stage;
    drop_routes(pipes, transform, read, remarks);
    if (read.owners.contains(stage.id)) continue;
    transform.off = true;
    std::vector<std::string> comments = remark(transform.line, transform.path);
    stage.comments.insert(stage.comments.end(), comments.begin(), comments.end());
  }
}

}  // namespace towline::app::migration
