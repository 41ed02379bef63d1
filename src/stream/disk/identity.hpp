// Who the stream is: the file `stream` keeps its uuid, and a number below which no record number is given out again.
// Where it can't be read, the other files are asked, and without them the stream is a new one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "stream/disk/two_slots.hpp"

namespace towline::stream::disk {

inline constexpr std::string_view identity_file = "stream";

class Identity {
 public:
  Identity(const Folder& folder, Quota& quota)
      : folder_(folder), writer_(folder, quota, Quota::Part::other, std::string(identity_file)) {}

  // `names` is what the folder holds. Both slots are good afterwards where the disk allows it.
  void load(const std::vector<std::string>& names, const std::string& stream, Random& random);

  const Uuid& uuid() const { return uuid_; }
  std::uint64_t least_seq() const { return least_seq_; }
  // 0 or an errno.
  int raise_least_seq(std::uint64_t seq);
  // Writes it once more, also into a folder that was made anew.
  int save();

 private:
  Uuid uuid_by_vote(const std::vector<std::string>& names, Random& random) const;

  const Folder& folder_;
  SlotWriter writer_;
  Uuid uuid_{};
  std::uint64_t least_seq_ = 0;
};

}  // namespace towline::stream::disk
