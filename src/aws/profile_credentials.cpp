#include "aws/profile_credentials.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "aws/command_output.hpp"
#include "aws/container.hpp"
#include "aws/environment.hpp"
#include "aws/given_credentials.hpp"
#include "aws/sts.hpp"

namespace towline::aws {

namespace {

using Visited = std::set<std::string, std::less<>>;

Result<Credentials> resolve(const SharedFiles& files, const Profile& profile, const Means& means, Visited& visited);

bool has_keys(const Profile& profile) {
  return profile.has("aws_access_key_id") || profile.has("aws_secret_access_key");
}

bool has_sso(const Profile& profile) {
  return profile.has("sso_session") || profile.has("sso_start_url") || profile.has("sso_account_id");
}

Result<Credentials> keys_of(const Profile& profile) {
  return checked(
      {profile.get("aws_access_key_id"), profile.get("aws_secret_access_key"), profile.get("aws_session_token"), {}},
      profile.who());
}

Result<Credentials> process_credentials(const Profile& profile, const Means& means) {
  const std::string who = "the credential_process of " + profile.who();
  const Result<Secret> output = command_output(std::string(profile.get("credential_process")), {}, means.stop);
  if (!output) return Error{who + " " + output.error().message};
  return credentials_in_json(output->reveal(), {.token_member = "SessionToken", .version = 1}, who);
}

Result<Credentials> named_source(const Profile& profile, const Means& means) {
  const std::string_view source = profile.get("credential_source");
  if (source == "Environment") {
    std::optional<Result<Credentials>> own = environment_credentials(means.environment);
    return own ? *own : Error{profile.who() + ": the environment has no AWS_ACCESS_KEY_ID"};
  }
  if (source == "Ec2InstanceMetadata") return means.instance.fetch(means.environment, means.fetcher, means.stop);
  if (source == "EcsContainer") return container_credentials(means.environment, means.fetcher, means.stop);
  return Error{profile.who() + ": credential_source is none of Environment, Ec2InstanceMetadata and EcsContainer"};
}

// The credentials that the role is asked for with.
Result<Credentials> source_credentials(const SharedFiles& files, const Profile& profile, const Means& means,
                                       Visited& visited) {
  if (profile.has("credential_source")) return named_source(profile, means);
  const std::string name(profile.get("source_profile"));
  if (name.empty()) {
    return Error{profile.who() +
                 ": role_arn needs one of source_profile, credential_source and web_identity_token_file"};
  }
  if (name == profile.name() && has_keys(profile)) return keys_of(profile);
  if (visited.contains(name)) return Error{profile.who() + ": its source_profile leads back to itself"};
  if (visited.size() >= source_profiles_max) return Error{profile.who() + ": there are too many source profiles"};
  const std::optional<Profile> source = files.find(name);
  if (!source) return Error{profile.who() + ": there is no profile `" + name + "`, which its source_profile names"};
  return resolve(files, *source, means, visited);
}

bool is_duration(std::string_view text) {
  if (text.empty()) return true;
  constexpr int shortest = 900;
  constexpr int longest = 43'200;
  const bool digits = text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::stoi(std::string(text)) >= shortest && std::stoi(std::string(text)) <= longest;
}

Result<Credentials> role_credentials(const SharedFiles& files, const Profile& profile, const Means& means,
                                     Visited& visited) {
  if (profile.has("mfa_serial")) return Error{profile.who() + ": mfa_serial needs a person, who isn't here"};
  if (!is_duration(profile.get("duration_seconds")))
    return Error{profile.who() + ": duration_seconds is not a number from 900 to 43200"};
  const Role role{std::string(profile.get("role_arn")), std::string(profile.get("role_session_name")),
                  std::string(profile.get("external_id")), std::string(profile.get("duration_seconds"))};
  Sts sts(means.fetcher, means.environment, sts_region(profile, means), means.stop);
  if (profile.has("web_identity_token_file"))
    return sts.assume_role_with_web_identity(role, std::string(profile.get("web_identity_token_file")));
  const Result<Credentials> own = source_credentials(files, profile, means, visited);
  if (!own) return own.error();
  return sts.assume_role(role, *own);
}

Result<Credentials> resolve(const SharedFiles& files, const Profile& profile, const Means& means, Visited& visited) {
  visited.insert(profile.name());
  if (profile.has("role_arn")) return role_credentials(files, profile, means, visited);
  if (has_keys(profile)) return keys_of(profile);
  if (has_sso(profile))
    return Error{profile.who() +
                 " signs in with SSO, which needs a person: give it keys, a role or a credential_process"};
  if (profile.has("credential_process")) return process_credentials(profile, means);
  return Error{profile.who() + " has no credentials"};
}

}  // namespace

bool has_credentials(const Profile& profile) {
  return has_keys(profile) || has_sso(profile) || profile.has("role_arn") || profile.has("credential_process");
}

Result<Credentials> profile_credentials(const SharedFiles& files, const Profile& profile, const Means& means) {
  Visited visited;
  return resolve(files, profile, means, visited);
}

std::string sts_region(const Profile& profile, const Means& means) {
  if (!means.region.empty()) return means.region;
  std::string region = environment_region(means.environment);
  return region.empty() ? std::string(profile.get("region")) : region;
}

}  // namespace towline::aws
