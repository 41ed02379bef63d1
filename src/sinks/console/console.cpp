#include "sinks/console/console.hpp"

#include <unistd.h>

#include <cstring>
#include <utility>

#include "component/encode.hpp"
#include "net/outbound.hpp"

namespace towline::console {

const config::Schema<ConsoleConfig>& console_schema() {
  static const config::Schema<ConsoleConfig> schema(
      "console", "NDJSON to the console.",
      config::field("target", &ConsoleConfig::target, "Where the records are written."),
      config::embed(&ConsoleConfig::delivery, component::delivery_schema()));
  return schema;
}

ConsoleSink::ConsoleSink(const ConsoleConfig& config, component::SinkContext context)
    : fd_(config.target == Target::out ? STDOUT_FILENO : STDERR_FILENO),
      context_(std::move(context)),
      sent_bytes_(context_.metrics.get(telemetry::MetricId::sink_sent_bytes, {context_.id})) {}

void ConsoleSink::attempt(const component::Batch& batch, Done done) {
  codec::Body body = component::encode_plain(batch);
  sent_bytes_.add(body.size());
  context_.outbound.write(fd_, std::move(body), [done = std::move(done)](int error) {
    if (error == 0) return done({component::Status::delivered, 0, "", {}});
    done({component::Status::unreachable, 0, std::strerror(error), {}});
  });
}

extern const component::SinkType sink_type =
    component::make_sink_type<ConsoleConfig, ConsoleSink>("console", "NDJSON to stdout or stderr.", console_schema());

}  // namespace towline::console
