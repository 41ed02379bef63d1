#include "aws/chain.hpp"

#include <stop_token>
#include <utility>

#include "aws/container.hpp"
#include "aws/environment.hpp"
#include "aws/instance.hpp"
#include "aws/profile_credentials.hpp"
#include "aws/shared_files.hpp"
#include "aws/sts.hpp"
#include "net/fetch.hpp"

namespace towline::aws {

namespace {

class Chain final : public CredentialsProvider {
 public:
  Chain(ChainOptions options, config::Environment environment)
      : options_(std::move(options)), environment_(std::move(environment)) {}

  Result<Credentials> fetch() override {
    if (options_.profile.empty()) {
      if (std::optional<Result<Credentials>> own = environment_credentials(environment_)) return std::move(*own);
    }
    if (std::optional<Result<Credentials>> own = of_profile()) return std::move(*own);
    if (std::optional<Result<Credentials>> own = of_web_identity()) return std::move(*own);
    if (has_container_endpoint(environment_)) return container_credentials(environment_, fetcher_, stop_.get_token());
    Result<Credentials> own = instance_.fetch(environment_, fetcher_, stop_.get_token());
    if (own) return own;
    return Error{"no AWS credentials: nothing else is set up, and " + own.error().message};
  }

  void cancel() override { stop_.request_stop(); }

 private:
  // None: no profile was asked for, and there is none that is good for everybody.
  std::optional<Result<Credentials>> of_profile() {
    std::string name = options_.profile.empty() ? environment_("AWS_PROFILE").value_or("") : options_.profile;
    const bool wanted = !name.empty();
    if (!wanted) name = "default";
    const Result<SharedFiles> files = SharedFiles::read(environment_);
    if (!files) return files.error();
    const std::optional<Profile> profile = files->find(name);
    if (!profile && wanted) return Error{"there is no AWS profile `" + name + "` in the shared files"};
    if (!profile || (options_.profile.empty() && !has_credentials(*profile))) return std::nullopt;
    const Means means{environment_, fetcher_, instance_, options_.region, stop_.get_token()};
    return profile_credentials(*files, *profile, means);
  }

  std::optional<Result<Credentials>> of_web_identity() {
    const std::string file = environment_("AWS_WEB_IDENTITY_TOKEN_FILE").value_or("");
    const std::string arn = environment_("AWS_ROLE_ARN").value_or("");
    if (file.empty()) return std::nullopt;
    if (arn.empty()) return Error{"AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN isn't"};
    const std::string region = options_.region.empty() ? environment_region(environment_) : options_.region;
    Sts sts(fetcher_, environment_, region, stop_.get_token());
    return sts.assume_role_with_web_identity({arn, environment_("AWS_ROLE_SESSION_NAME").value_or("")}, file);
  }

  ChainOptions options_;
  config::Environment environment_;
  net::Fetcher fetcher_;
  InstanceRole instance_;
  std::stop_source stop_;
};

}  // namespace

std::unique_ptr<CredentialsProvider> credentials_chain(ChainOptions options, const config::Environment& environment) {
  return std::make_unique<Chain>(std::move(options), environment);
}

}  // namespace towline::aws
