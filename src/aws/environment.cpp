#include "aws/environment.hpp"

#include "aws/given_credentials.hpp"

namespace towline::aws {

std::optional<Result<Credentials>> environment_credentials(const config::Environment& environment) {
  const std::string id = environment("AWS_ACCESS_KEY_ID").value_or("");
  const Secret key(environment("AWS_SECRET_ACCESS_KEY").value_or(""));
  const Secret token(environment("AWS_SESSION_TOKEN").value_or(""));
  if (id.empty() && key.empty()) return std::nullopt;
  return checked({id, key.reveal(), token.reveal(), {}}, "the environment (AWS_ACCESS_KEY_ID and its companions)");
}

std::string environment_region(const config::Environment& environment) {
  std::string region = environment("AWS_REGION").value_or("");
  return region.empty() ? environment("AWS_DEFAULT_REGION").value_or("") : region;
}

}  // namespace towline::aws
