// The settings that every sink has, whatever its destination: how records become requests and what happens when one
// fails. Each sink's config struct holds it as `delivery` and its schema embeds delivery_schema().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "condition/condition.hpp"
#include "config/schema.hpp"

namespace towline::component {

struct BatchConfig {
  config::ByteSize bytes{10'000'000};
  config::Limit records;
  Duration age = std::chrono::seconds(5);
};

struct RetryConfig {
  config::Limit attempts;
  Duration initial = std::chrono::seconds(1);
  Duration max = std::chrono::seconds(30);
  Duration retry_after_max = std::chrono::minutes(5);
  Duration refused = std::chrono::seconds(30);
  config::Limit poison{3};
  std::uint32_t isolate = 128;
};

// What happens when the memory or the disk is full and this sink is the one that fills it.
enum class WhenFull : std::uint8_t { block, drop_oldest, drop_newest };

constexpr auto config_values(WhenFull) {
  return std::to_array<config::Choice<WhenFull>>(
      {{WhenFull::block, "block",
        "Sources wait. One that has waited for its `block_at_most` goes on, and this sink loses what arrives until "
        "there is room."},
       {WhenFull::drop_oldest, "drop_oldest", "This sink loses its oldest records, an eighth of the room at a time."},
       {WhenFull::drop_newest, "drop_newest",
        "This sink loses what arrives, until a quarter of what it held is delivered."}});
}

struct DeliveryConfig {
  BatchConfig batch;
  RetryConfig retry;
  std::uint32_t in_flight = 8;
  WhenFull when_full = WhenFull::block;
  std::string time_field = "dt";
  std::optional<condition::Condition> filter;
  std::string fallback;  // the id of a sink; empty: none
  Duration after = std::chrono::minutes(10);
};

const config::Schema<DeliveryConfig>& delivery_schema();

}  // namespace towline::component
