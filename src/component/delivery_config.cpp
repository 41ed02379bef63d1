#include "component/delivery_config.hpp"

namespace towline::component {

namespace {

using config::ByteSize;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const config::Schema<BatchConfig>& batch_schema() {
  static const config::Schema<BatchConfig> schema(
      "batch", "When a part batch becomes a request: whichever limit is reached first.",
      config::field("bytes", &BatchConfig::bytes, "Size of the records of one request, before compression.",
                    config::between(ByteSize{1}, ByteSize{1'000'000'000})),
      config::field("records", &BatchConfig::records, "Number of records of one request."),
      config::field("age", &BatchConfig::age, "How long the oldest record of a part batch waits for company.",
                    config::between(Duration(milliseconds(1)), Duration(hours(24)))));
  return schema;
}

const config::Schema<RetryConfig>& retry_schema() {
  static const config::Schema<RetryConfig> schema(
      "retry",
      "What happens when a destination doesn't take a batch. Waits are drawn at random up to a limit that doubles from "
      "`initial` to `max`; while a destination fails, one request at a time asks whether it is back.",
      config::field("attempts", &RetryConfig::attempts,
                    "How often a batch is sent before it is given up and becomes a dead letter. Waiting for "
                    "credentials (401, 402, 403) doesn't count."),
      config::field("initial", &RetryConfig::initial, "Limit of the first wait.",
                    config::between(Duration(milliseconds(1)), Duration(hours(1)))),
      config::field("max", &RetryConfig::max, "Limit of every wait.",
                    config::between(Duration(milliseconds(1)), Duration(hours(24)))),
      config::field("retry_after_max", &RetryConfig::retry_after_max,
                    "A destination that asks for a longer wait (Retry-After) is asked again after this time.",
                    config::between(Duration(seconds(0)), Duration(hours(24)))),
      config::field("refused", &RetryConfig::refused,
                    "Wait between attempts while the destination refuses us (401, 402, 403, 404, redirects). A changed "
                    "secret file ends it at once.",
                    config::between(Duration(milliseconds(1)), Duration(hours(24)))),
      config::field("poison", &RetryConfig::poison,
                    "A batch that gets an error (5xx, 408, 429) so many times running, while others are delivered in "
                    "between, holds a record that the destination can't bear: it is halved until that record is "
                    "alone. An outage is not mistaken for this, because then the others fail as well. `unlimited`: "
                    "never, and no batch overtakes one that fails."),
      config::field("isolate", &RetryConfig::isolate,
                    "Requests that may be spent on finding the record that spoils a rejected batch (400, 406, 422) or "
                    "a poisoned one by halving; what is not told apart by then becomes dead letters as a whole.",
                    config::between(0U, 100'000U)),
      config::check([](const RetryConfig& retry) -> std::optional<std::string> {
        if (retry.initial <= retry.max) return std::nullopt;
        return "retry.initial must not be longer than retry.max";
      }));
  return schema;
}

}  // namespace

const config::Schema<DeliveryConfig>& delivery_schema() {
  static const config::Schema<DeliveryConfig> schema(
      "delivery", "How records become requests, and what happens when one fails.",
      config::field("batch", &DeliveryConfig::batch, "How records are grouped into requests.", batch_schema()),
      config::field("retry", &DeliveryConfig::retry, "What happens when a request fails.", retry_schema()),
      config::field("in_flight", &DeliveryConfig::in_flight,
                    "Requests under way at the same time, at the most. How many it is, is found out: one more after "
                    "each round of successes, half as many after a time-out, a 429 or a 503. Records arrive in order "
                    "at 1, but for a batch that alone gets errors (`retry.poison`); above it batches may overtake "
                    "each other.",
                    config::between(1U, 256U)),
      config::field("when_full", &DeliveryConfig::when_full,
                    "What happens when the memory or the disk is full and this sink is what fills it. Other sinks go "
                    "on, in an eighth that is kept free for them. What a sink loses is counted, and told to its "
                    "destination in a record of its own."),
      config::field("time_field", &DeliveryConfig::time_field,
                    "Field of a record's time. A record without it gets the time at which it was received, so that an "
                    "outage can't shift it, unless it is a metric in CloudWatch's embedded format (`_aws`). Empty: "
                    "records stay as they are."),
      config::field("filter", &DeliveryConfig::filter,
                    "Only records that match this condition go to this sink, for example `{ $.level = \"ERROR\" }`: "
                    "see docs/conditions.md. The others count as filtered."),
      config::field("fallback", &DeliveryConfig::fallback,
                    "The id of another sink. When this one has delivered nothing for `after`, what it holds goes "
                    "through that one, marked with `towline.diverted_from`, until its own destination takes records "
                    "again. See docs/failover.md."),
      config::field("after", &DeliveryConfig::after, "How long that is.",
                    config::between(Duration(seconds(1)), Duration(hours(24)))));
  return schema;
}

}  // namespace towline::component
