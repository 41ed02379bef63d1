// The step `throttle`: lets only so many records with the same key through in a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "component/registry.hpp"
#include "config/schema.hpp"
#include "record/template.hpp"
#include "transforms/field_path.hpp"
#include "transforms/recent_keys.hpp"
#include "transforms/step_errors.hpp"

namespace towline::throttle {

// One field, or a text that is filled in.
struct Key {
  std::variant<record::Path, record::Template> from;
};

struct ThrottleConfig {
  std::optional<Key> key;
  std::uint64_t limit = 0;
  Duration window = std::chrono::seconds(1);
  std::uint64_t keys_max = 10'000;
  std::optional<transforms::FieldPath> mark;
};
const config::Schema<ThrottleConfig>& throttle_schema();

class ThrottleStep final : public component::Step {
 public:
  ThrottleStep(const ThrottleConfig& config, const component::StepContext& context);
  component::StepResult apply(record::Record& record) override;

 private:
  // Of one key.
  struct Window {
    WallTime begin{};
    std::uint64_t passed = 0;
    std::uint64_t throttled = 0;  // since the last one that passed
  };

  std::string_view key_of(const record::Record& record);

  ThrottleConfig config_;
  const Facts& facts_;
  SipKey hash_key_ = random_sip_key();
  transforms::RecentKeys<Window> windows_;
  transforms::StepErrors errors_;
  std::string scratch_;
};

extern const component::StepType step_type;

}  // namespace towline::throttle

template <>
struct towline::config::Value<towline::throttle::Key> {
  static std::optional<throttle::Key> parse(const Node& node, Problems& problems);
  static std::string print(const throttle::Key& key);
  static ValueInfo info();
};
