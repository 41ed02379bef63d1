#include "sources/udp/config.hpp"

namespace towline::udp {

const config::Schema<UdpConfig>& udp_schema() {
  static const config::Schema<UdpConfig> schema(
      "udp", "Newline-delimited JSON over UDP, one or several records in a datagram.",
      config::field("listen", &UdpConfig::listen,
                    "The address to listen on. Without a host (`:9000`) it is every address, IPv4 and IPv6.",
                    config::required, config::example("127.0.0.1:9000")),
      config::embed(&UdpConfig::common, component::source_schema()),
      config::field("max_datagram", &UdpConfig::max_datagram,
                    "The longest datagram that is taken whole. Of a longer one the last record is cut, marked and "
                    "counted. No UDP datagram is longer than the default.",
                    config::between(config::ByteSize{512}, config::kibibytes(64))),
      config::field("receive_buffer", &UdpConfig::receive_buffer,
                    "Size of the kernel's receive buffer to ask for (SO_RCVBUF): what can wait while towline is busy. "
                    "The kernel grants at most net.core.rmem_max; the log says so if it is less.",
                    config::between(config::kibibytes(4), config::mebibytes(1024))));
  return schema;
}

}  // namespace towline::udp
