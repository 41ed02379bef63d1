#include "aws/chain.hpp"

#include <algorithm>
#include <string_view>

#include "aws/endpoint.hpp"
#include "aws/environment.hpp"
#include "aws/metadata.hpp"
#include "aws/shared_files.hpp"

namespace towline::aws {

namespace {

std::string profile_region(const std::string& profile, const config::Environment& environment) {
  std::string name = profile.empty() ? environment("AWS_PROFILE").value_or("") : profile;
  if (name.empty()) name = "default";
  const Result<SharedFiles> files = SharedFiles::read(environment);
  const std::optional<Profile> found = files ? files->find(name) : std::nullopt;
  return found ? std::string(found->get("region")) : std::string();
}

// arn:aws:ecs:eu-central-1:111122223333:task/prod/158d1c80
std::string task_region(const config::Environment& environment) {
  Facts facts;
  static_cast<void>(add_ecs_facts(facts, environment));  // what fails may be something else
  const std::string* found = facts.find("ecs.task_arn");
  if (found == nullptr) return {};
  std::string_view arn = *found;
  for (int colons = 0; colons < 3; ++colons) arn.remove_prefix(std::min(arn.find(':'), arn.size() - 1) + 1);
  return std::string(arn.substr(0, arn.find(':')));
}

std::string instance_region(const config::Environment& environment) {
  Facts facts;
  if (!add_ec2_facts(facts, environment)) return {};
  const std::string* region = facts.find("ec2.region");
  return region == nullptr ? std::string() : *region;
}

}  // namespace

std::optional<std::string> find_region(const std::string& profile, const config::Environment& environment) {
  std::string region = environment_region(environment);
  if (region.empty()) region = profile_region(profile, environment);
  if (region.empty()) region = task_region(environment);
  if (region.empty()) region = instance_region(environment);
  if (!is_region(region)) return std::nullopt;
  return region;
}

}  // namespace towline::aws
