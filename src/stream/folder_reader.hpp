// Looks into a stream's folder from outside, while the process that it belongs to may be writing: no lock, and nothing
// is changed. Segment files may vanish and end in the middle of a chunk; chunks whose checksum is wrong are passed
// over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/file_system.hpp"
#include "record/chunk.hpp"

namespace towline::stream {

class FolderReader {
 public:
  // make_folder("") has been called on `files`, which outlives the reader. Chunks received before `since` are passed
  // over without being read.
  FolderReader(FileSystem& files, WallTime since);
  ~FolderReader();
  FolderReader(const FolderReader&) = delete;
  FolderReader& operator=(const FolderReader&) = delete;

  // The next chunk, in the order of their numbers; each once. Nothing where there is none, or none yet: what has been
  // written meanwhile comes with a later call.
  std::optional<record::Chunk> next();

  std::uint64_t damaged() const;  // chunks that couldn't be read

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace towline::stream
