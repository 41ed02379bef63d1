#include "app/facts.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <string>

#include "aws/metadata.hpp"
#include "base/diagnostics.hpp"

namespace towline::app {

namespace {

void report(std::string_view group, const Result<void>& gathered) {
  if (gathered) return;
  diagnostics::warn("facts.missing", "What AWS says about this machine can't be had; it isn't asked again",
                    {{"facts", group}, {"error", gathered.error().message}});
}

}  // namespace

bool mentions_facts(const config::Node& node, std::string_view group) {
  const std::string begin = "{" + std::string(group) + ".";
  const auto mentions = [&](const config::Node& inner) { return mentions_facts(inner, group); };
  return node.text.find(begin) != std::string::npos || std::ranges::any_of(node.items, mentions) ||
         std::ranges::any_of(node.entries, mentions, &config::Node::Entry::value);
}

Facts gather_facts(const FactGroups& wanted, const config::Environment& environment) {
  Facts facts;
  utsname system{};
  if (uname(&system) == 0) {
    facts.set("host.name", system.nodename);
    facts.set("host.arch", system.machine);
  }
  if (wanted.ecs) report("ecs", aws::add_ecs_facts(facts, environment));
  if (wanted.ec2) report("ec2", aws::add_ec2_facts(facts, environment));
  return facts;
}

}  // namespace towline::app
