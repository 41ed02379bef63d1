// A batch on its way: waiting for its (next) attempt, or under way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "component/batch.hpp"
#include "stream/cursor_state.hpp"

namespace towline::delivery {

// What the parts of a batch that was too large teach about the destination's limit, once all of them are settled.
struct SizeLesson {
  std::uint64_t largest_taken = 0;  // plain bytes
  bool record_too_large = false;    // it may have been that record's size, not the batch's: nothing is learnt
};

struct Job {
  component::Batch batch;
  std::optional<stream::Range> gap;  // the batch is the marker of this gap; else it is made of records
  std::uint64_t attempts = 0;
  // Requests that may still be spent on finding the guilty record; shared by the parts of one spoilt batch.
  std::shared_ptr<std::uint32_t> isolation;
  std::shared_ptr<SizeLesson> lesson;  // shared by the parts of one batch that was too large

  // For a fallback (delivery/diversion.hpp).
  bool own_only = false;  // the fallback's destination will never take it
  // Halvings that may still be tried to find out what of it will never be taken there; shared by the parts of one
  // batch.
  std::shared_ptr<std::uint32_t> sifting;

  // For Waiting (delivery/waiting.hpp), which explains it.
  bool is_probe = false;            // its last attempt asked whether the destination is back
  std::uint32_t failed_probes = 0;  // running
  bool suspect = false;
  std::uint32_t strikes = 0;
  std::uint64_t clean_before = 0;  // others, when it last failed
  std::uint64_t flaky_before = 0;
  MonoTime retry_at{};
};

}  // namespace towline::delivery
