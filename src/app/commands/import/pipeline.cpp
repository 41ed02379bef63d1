#include "app/commands/import/pipeline.hpp"

#include <algorithm>
#include <array>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/condition.hpp"

namespace towline::app::migration {

namespace {

// Steps that may have more than one rule, applied in their order.
bool has_rules(const std::string& step) {
  constexpr std::array<std::string_view, 4> names{ours::rename, ours::set, ours::remove, ours::copy};
  return std::find(names.begin(), names.end(), step) != names.end();
}

// Puts the rules of the second one behind those of the first. False where both have one for the same field.
bool joined(Yaml& rules, const Yaml& more) {
  for (const auto& [key, value] : more.members())
    if (rules.has(key)) return false;
  for (const auto& [key, value] : more.members()) rules.set(key, value);
  for (const Yaml& item : more.items()) rules.push(item);
  return true;
}

// A pattern without its braces.
std::string inside(const std::string& condition) {
  return condition.substr(2, condition.size() - 4);
}

// Ways of one transform; further ones are in one of their own.
constexpr std::size_t ways_max = 20;

class Builder {
 public:
  Builder(const std::string& id, Names& names) : id_(id), names_(names) {}

  std::vector<Stage> build(const vrl::Nodes& nodes, std::vector<std::string> inputs) {
    begin(std::move(inputs));
    write(nodes);
    end_step();
    stage_.id = id_;
    stages_.push_back(std::move(stage_));
    return std::move(stages_);
  }

 private:
  void begin(std::vector<std::string> inputs) {
    stage_ = Stage();
    stage_.inputs = std::move(inputs);
  }

  void write(const vrl::Nodes& nodes) {
    for (const vrl::Node& node : nodes) {
      if (node.is_fork())
        fork(node);
      else if (node.is_step())
        step(node);
      else
        end_step(), stage_.steps.closing_comments(node.comments);
    }
  }

  void step(const vrl::Node& node) {
    if (node.step == step_ && node.comments.empty() && has_rules(step_) && joined(settings_, node.settings)) return;
    end_step();
    step_ = node.step;
    settings_ = node.settings;
    // What came before it and has no step of its own stands above it.
    comments_ = stage_.steps.take_closing_comments();
    comments_.insert(comments_.end(), node.comments.begin(), node.comments.end());
  }

  void end_step() {
    if (step_.empty()) return;
    stage_.steps.push(Yaml::map()
                          .set(std::exchange(step_, {}), std::move(settings_.compact()))
                          .comments(std::exchange(comments_, {})));
    settings_ = Yaml::map();
  }

  // The records that match go through steps of their own; all meet again behind them.
  void fork(const vrl::Node& node) {
    end_step();
    const std::vector<Way> ways = ways_of(node);
    const std::string id = names_.take(id_ + "_" + std::to_string(++forks_));
    stage_.id = id;
    for (const Way& way : ways) {
      if (way.route != ours::unmatched) stage_.routes.emplace_back(way.route, way.condition);
      stage_.comments.insert(stage_.comments.end(), way.comments.begin(), way.comments.end());
    }
    stages_.push_back(std::move(stage_));
    std::vector<std::string> outputs;
    for (const Way& way : ways) {
      for (std::string& output : branch(*way.nodes, id, way.route)) outputs.push_back(std::move(output));
    }
    begin(std::move(outputs));
  }

  struct Way {
    std::string route;
    std::string condition;
    const vrl::Nodes* nodes;
    std::vector<std::string> comments;
  };

  // if a {} else if b {} else {}: each way has what those before it have not.
  static std::vector<Way> ways_of(const vrl::Node& first) {
    std::vector<Way> ways{{"matched_1", first.condition, &first.yes, first.comments}};
    std::string before = " && !(" + inside(first.condition) + ")";
    const vrl::Node* node = &first;
    while (node->no.size() == 1 && node->no.front().is_fork() && ways.size() < ways_max) {
      const vrl::Node& next = node->no.front();
      const std::string own = inside(next.condition);
      const std::string condition = "{ (" + own + ")" + before + " }";
      if (!vrl::is_usable(condition)) break;
      ways.push_back({"matched_" + std::to_string(ways.size() + 1), condition, &next.yes, next.comments});
      before += " && !(" + own + ")";
      node = &next;
    }
    if (ways.size() == 1) ways.front().route = "matched";
    ways.push_back({ours::unmatched, {}, &node->no, {}});
    return ways;
  }

  // The outputs of its stages.
  std::vector<std::string> branch(const vrl::Nodes& nodes, const std::string& id, const std::string& route) {
    const std::string input = id + "." + route;
    if (nodes.empty()) return {input};
    const std::string own = names_.take(id + "_" + (route == ours::unmatched ? "others" : route));
    std::vector<Stage> stages = Builder(own, names_).build(nodes, {input});
    std::vector<std::string> outputs{own};
    if (stages.size() > 1 && stages.back().steps.is_blank()) {  // where its own forks meet again there is nothing to do
      outputs = std::move(stages.back().inputs);
      stages.pop_back();
    }
    for (Stage& stage : stages) stages_.push_back(std::move(stage));
    return outputs;
  }

  const std::string id_;
  Names& names_;
  std::vector<Stage> stages_;
  Stage stage_;
  std::string step_;  // the step that is being put together; empty: none
  Yaml settings_ = Yaml::map();
  std::vector<std::string> comments_;
  int forks_ = 0;
};

}  // namespace

std::vector<Stage> make_stages(const vrl::Nodes& nodes, const std::string& id, std::vector<std::string> inputs,
                               Names& names) {
  return Builder(id, names).build(nodes, std::move(inputs));
}

}  // namespace towline::app::migration
