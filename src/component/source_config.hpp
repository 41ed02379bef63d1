// The settings of the sources that can't answer their clients: what they can't take must become of something. They
// embed them: config::embed(&C::common, component::source_schema()).
#pragma once

#include <array>
#include <chrono>

#include "component/intake.hpp"
#include "config/schema.hpp"

namespace towline::component {

struct SourceConfig {
  config::ByteSize max_record = config::mebibytes(1);
  InvalidPolicy invalid = InvalidPolicy::wrap;
  config::OrUnlimited<Duration> block_at_most{std::chrono::seconds(5)};
};

const config::Schema<SourceConfig>& source_schema();

constexpr auto config_values(InvalidPolicy) {
  return std::to_array<config::Choice<InvalidPolicy>>({
      {InvalidPolicy::wrap, "wrap", "Deliver it as the message of a record that says what was wrong."},
      {InvalidPolicy::drop, "drop", "Drop and count it."},
      {InvalidPolicy::dead_letter, "dead_letter", "Set it aside with the dead letters."},
  });
}

}  // namespace towline::component
