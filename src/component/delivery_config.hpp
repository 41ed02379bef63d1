// The settings that every sink has, whatever its destination: how records become requests and what happens when one
// fails. Each sink's config struct holds it as `delivery` and its schema embeds delivery_schema().
#pragma once

#include <cstdint>
#include <string>

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
  std::uint32_t isolate = 128;
};

struct DeliveryConfig {
  BatchConfig batch;
  RetryConfig retry;
  std::uint32_t in_flight = 4;
  std::string time_field = "dt";
};

const config::Schema<DeliveryConfig>& delivery_schema();

}  // namespace towline::component
