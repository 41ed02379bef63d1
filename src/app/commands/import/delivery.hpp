// What all sinks of Vector have: batches, requests, buffers, TLS.
#pragma once

#include <cstdint>

#include "app/commands/import/settings.hpp"
#include "app/commands/import/yaml.hpp"

namespace towline::app::migration {

void read_batch(Settings& settings, Yaml& body);
// The headers of the requests are left to the caller.
void read_request(Settings& request, Yaml& body);
// The size of the buffer on disk; 0: there is none.
std::uint64_t read_buffer(Settings& settings, Yaml& body);
void read_tls(Settings& settings, Yaml& body);
void read_compression(Settings& settings, Yaml& body);
// Which form records are sent in; what isn't JSON is a remark.
void read_encoding(Settings& settings, bool takes_arrays);
void ignore_common(Settings& settings);

}  // namespace towline::app::migration
