// Where taps may be: behind each source and each transform, and in front of each sink. It lets nobody look at records
// that are still to be redacted. Used on the ingest shard's thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "app/stages.hpp"
#include "app/stream_plan.hpp"
#include "app/tap.hpp"

namespace towline::app {

// Why there is no tap.
enum class TapRefusal : std::uint8_t { none, unknown_place, not_redacted_yet, too_many };

struct OpenedTap {
  std::shared_ptr<Tap> tap;  // null where it was refused; it ends when nobody holds it any more
  TapRefusal refusal = TapRefusal::none;
};

class TapHub {
 public:
  // When the writers are the stages' outputs. `stages` outlives it.
  TapHub(const RootConfig& config, const std::vector<StreamPlan>& plans, Stages& stages);

  // `place` is the id of a source, a transform, a route (`transform.route`) or a sink. Empty: all that goes to sinks,
  // once for each output that a transform has.
  OpenedTap open(std::string_view place, Tap::Options options);

  // Where one may look, for the error: those whose records are not redacted yet are left out.
  std::string places() const;

 private:
  struct Exit {
    Stage* stage;
    std::string time_field;  // of the sinks that read it
  };
  struct Place {
    std::vector<Exit> exits;
    bool is_raw = false;  // a redact step is still to come, on some way to a sink
  };

  // `raw`: ids of what a redact step still comes behind.
  void add_stages(const RootConfig& config, const std::set<std::string>& raw, Stages& stages);
  void add_sinks(const RootConfig& config, const std::vector<StreamPlan>& plans, const std::set<std::string>& raw,
                 Stages& stages);
  std::size_t open_taps();

  std::uint32_t max_;
  std::map<std::string, Place, std::less<>> places_;
  std::vector<std::weak_ptr<Tap>> taps_;
};

}  // namespace towline::app
