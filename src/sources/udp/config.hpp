// What the user writes about a source of type udp.
#pragma once

#include "component/source_config.hpp"
#include "config/schema.hpp"

namespace towline::udp {

struct UdpConfig {
  config::Endpoint listen;
  component::SourceConfig common;
  config::ByteSize max_datagram = config::kibibytes(64);
  config::ByteSize receive_buffer = config::mebibytes(4);
};

const config::Schema<UdpConfig>& udp_schema();

}  // namespace towline::udp
