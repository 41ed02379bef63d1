// NDJSON to stdout or stderr: what would be sent, for a first try and for container platforms that collect output.
#pragma once

#include "component/delivery_config.hpp"
#include "component/registry.hpp"
#include "component/sink.hpp"

namespace towline::console {

enum class Target : std::uint8_t { out, err };

constexpr auto config_values(Target) {
  return std::to_array<config::Choice<Target>>(
      {{Target::out, "stdout", "Standard output."}, {Target::err, "stderr", "Standard error."}});
}

// A person waits for the output: part batches are short-lived here, and one write follows the other.
inline component::DeliveryConfig interactive_delivery() {
  component::DeliveryConfig delivery;
  delivery.batch.age = std::chrono::milliseconds(100);
  delivery.in_flight = 1;
  return delivery;
}

struct ConsoleConfig {
  Target target = Target::out;
  component::DeliveryConfig delivery = interactive_delivery();
};

const config::Schema<ConsoleConfig>& console_schema();

class ConsoleSink final : public component::Sink {
 public:
  ConsoleSink(const ConsoleConfig& config, component::SinkContext context);

  void attempt(const component::Batch& batch, Done done) override;

 private:
  int fd_;
  component::SinkContext context_;
  telemetry::Instrument& sent_bytes_;
};

extern const component::SinkType sink_type;

}  // namespace towline::console
