// From a batch to the bytes of a request.
#pragma once

#include <string>

#include "codec/body.hpp"
#include "codec/gzip.hpp"
#include "component/batch.hpp"

namespace towline::component {

enum class Compression : std::uint8_t { none, gzip };

// NDJSON as one gzip member. Packed chunks are spliced in as they are, the rest is compressed in runs.
codec::Body encode_gzip(const Batch& batch, codec::Compressor& compressor, codec::GzipLevel level);

// NDJSON as it is.
codec::Body encode_plain(const Batch& batch);

// The NDJSON of one slice; `scratch` holds it where the chunk is packed.
std::string_view plain_of(const Slice& slice, std::string& scratch);

}  // namespace towline::component
