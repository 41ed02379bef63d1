// The settings of the sources, read from YAML as a user writes them.
#include <gtest/gtest.h>

#include "sources/http/config.hpp"
#include "sources/tcp/config.hpp"
#include "sources/udp/config.hpp"

namespace towline {
namespace {

template <class Config>
std::optional<Config> parse(const config::Schema<Config>& schema, const std::string& yaml,
                            std::string* errors = nullptr) {
  config::Problems problems("test.yaml");
  const auto node = config::parse_yaml(
      yaml, [](std::string_view) { return std::nullopt; }, problems);
  std::optional<Config> result;
  if (node) result = schema.parse(*node, problems);
  if (errors != nullptr) *errors = problems.text();
  return problems.empty() ? result : std::nullopt;
}

TEST(TcpConfig, DefaultsNeedOnlyTheAddress) {
  const auto config = parse(tcp::tcp_schema(), "listen: 127.0.0.1:9000");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen.port, 9000);
  EXPECT_EQ(config->common.max_record, config::mebibytes(1));
  EXPECT_EQ(config->common.invalid, component::InvalidPolicy::wrap);
  EXPECT_EQ(*config->common.block_at_most, std::chrono::seconds(5));
  EXPECT_EQ(config->max_connections, 1024U);
  EXPECT_FALSE(config->idle_timeout);
  EXPECT_FALSE(config->receive_buffer);
  EXPECT_FALSE(config->tls);
}

TEST(TcpConfig, EverySetting) {
  const auto config = parse(tcp::tcp_schema(),
                            "listen: '[::]:9000'\nmax_record: 64KiB\ninvalid: drop\nmax_connections: 10\n"
                            "block_at_most: unlimited\n"
                            "idle_timeout: 5m\nreceive_buffer: 1MiB\n"
                            "tls: {cert_file: a.crt, key_file: a.key, client_ca_file: ca.crt, min_version: '1.3'}");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->common.max_record, config::kibibytes(64));
  EXPECT_EQ(config->common.invalid, component::InvalidPolicy::drop);
  EXPECT_FALSE(config->common.block_at_most);
  EXPECT_EQ(*config->idle_timeout, std::chrono::minutes(5));
  EXPECT_EQ(config->tls->client_ca_file, "ca.crt");
  EXPECT_EQ(config->tls->min_version, net::TlsVersion::tls1_3);
}

TEST(TcpConfig, ErrorsNameTheKey) {
  std::string errors;
  EXPECT_FALSE(parse(tcp::tcp_schema(), "listne: 127.0.0.1:9000\nmax_record: 1\ntls: {cert_file: a}", &errors));
  EXPECT_NE(errors.find("listne"), std::string::npos) << errors;
  EXPECT_NE(errors.find("max_record"), std::string::npos) << errors;
  EXPECT_NE(errors.find("key_file"), std::string::npos) << errors;
}

TEST(UdpConfig, DefaultsAndBounds) {
  const auto config = parse(udp::udp_schema(), "listen: :9000\ninvalid: dead_letter");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen.host, "");
  EXPECT_EQ(config->max_datagram, config::kibibytes(64));
  EXPECT_EQ(config->receive_buffer, config::mebibytes(4));
  EXPECT_EQ(config->common.invalid, component::InvalidPolicy::dead_letter);
  EXPECT_FALSE(parse(udp::udp_schema(), "listen: :9000\nmax_datagram: 65KiB"));
  EXPECT_FALSE(parse(udp::udp_schema(), "max_datagram: 1KiB"));
}

TEST(HttpSourceConfig, DefaultsAndBounds) {
  const auto config = parse(http::http_source_schema(), "listen: 127.0.0.1:9001");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->path, "/");
  EXPECT_EQ(config->max_record, config::mebibytes(1));
  EXPECT_EQ(config->max_body, config::mebibytes(20));
  EXPECT_EQ(config->max_connections, 1024U);
  EXPECT_EQ(config->ack_timeout, std::chrono::seconds(10));
  EXPECT_FALSE(config->auth_token.configured());
  EXPECT_FALSE(config->tls);
  EXPECT_TRUE(parse(http::http_source_schema(), "listen: :1\npath: /a/b\nauth_token: x\nack_timeout: 1s"));
  std::string errors;
  EXPECT_FALSE(parse(http::http_source_schema(), "listen: :1\npath: logs", &errors));
  EXPECT_NE(errors.find("`path` must begin with a slash"), std::string::npos) << errors;
  for (const char* setting : {"invalid: wrap", "block_at_most: 5s", "max_body: 1B", "path: /a b", "path: /a?b"}) {
    EXPECT_FALSE(parse(http::http_source_schema(), "listen: :1\n" + std::string(setting))) << setting;
  }
}

}  // namespace
}  // namespace towline
