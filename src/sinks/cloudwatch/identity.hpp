// Who we are to AWS: the keys of the configuration, or what AWS' chain of credentials finds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "aws/credentials_keeper.hpp"
#include "config/node.hpp"
#include "sinks/cloudwatch/config.hpp"

namespace towline::cloudwatch {

// Used on the delivery thread. The destructor waits for a fetch under way, which it cancels.
class Identity {
 public:
  using Current = std::shared_ptr<const aws::Credentials>;

  // `on_news` is called on another thread after each fetch, until the destructor has returned. `clock` outlives this.
  Identity(const CloudWatchConfig& config, const std::string& region, const config::Environment& environment,
           const Clock& clock, std::function<void()> on_news);

  // Null while the first fetch is under way.
  Result<Current> current();

  enum class Renewal : std::uint8_t {
    replaced,  // there are other ones already
    coming,    // they are fetched anew, and on_news will be called
    none,      // there will be no other ones soon
  };
  // The service doesn't know these, or they have expired.
  Renewal renew(const Current& refused, MonoTime now);
  // To be called after on_news. False: what was asked for by renew() is still coming.
  bool news();

  // Has something changed since current() was called last, that makes it worth asking again?
  bool changed() const;

 private:
  Result<Current> given();

  // The keys of the configuration.
  config::SecretSource access_key_id_;
  config::SecretSource secret_access_key_;
  config::SecretSource session_token_;
  Current given_;

  std::unique_ptr<aws::CredentialsKeeper> keeper_;  // null: the keys are given
  std::uint64_t seen_generation_ = 0;
  std::optional<MonoTime> renewed_at_;
  bool coming_ = false;
  std::uint64_t awaited_ = 0;  // the fetch that ends it
};

}  // namespace towline::cloudwatch
