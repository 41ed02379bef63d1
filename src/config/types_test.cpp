#include "config/types.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

using test::round_trip;

TEST(ByteSize, IsReadInEveryUnit) {
  const std::vector<std::pair<std::string, std::uint64_t>> table{
      {"0", 0},           {"4096", 4096}, {"10MB", 10'000'000}, {"10MiB", 10'485'760}, {"1k", 1000},
      {"1K", 1000},       {"2kB", 2000},  {"1KiB", 1024},       {"1Ki", 1024},         {"3G", 3'000'000'000},
      {"1 MiB", 1 << 20}, {"7B", 7},      {"5mib", 5'242'880},  {"1TiB", 1ULL << 40U}};
  for (const auto& [text, bytes] : table) {
    const auto size = parse_byte_size(text);
    ASSERT_TRUE(size) << text;
    EXPECT_EQ(size->bytes, bytes) << text;
    EXPECT_EQ(parse_byte_size(to_string(*size)), size) << text;
  }
}

TEST(ByteSize, RefusesWhatIsNoSize) {
  for (const char* text :
       {"", "MB", "-1", "1.5MB", "10XB", "1i", "99999999999999999999", "18446744073709551615k", "1 2"})
    EXPECT_FALSE(parse_byte_size(text)) << text;
  EXPECT_EQ(round_trip<ByteSize>("10XB"),
            "test.yaml:1:1: error: expected a size, not `10XB`\n"
            "  hint: write a whole number with a unit: 10MB, 32MiB, 512k\n");
}

TEST(ByteSize, IsPrintedInTheLargestExactUnit) {
  EXPECT_EQ(to_string(mebibytes(32)), "32MiB");
  EXPECT_EQ(to_string(ByteSize{10'000'000}), "10MB");
  EXPECT_EQ(to_string(kibibytes(64)), "64KiB");
  EXPECT_EQ(to_string(ByteSize{1001}), "1001B");
  EXPECT_EQ(to_string(ByteSize{0}), "0B");
}

TEST(Limit, IsANumberOrUnlimited) {
  EXPECT_EQ(round_trip<Limit>("unlimited"), "unlimited");
  EXPECT_EQ(round_trip<Limit>("5"), "5");
  EXPECT_TRUE(Limit().is_unlimited());
  EXPECT_FALSE(Limit(5).is_unlimited());
  EXPECT_GT(Limit::unlimited().value(), std::uint64_t{1} << 62U);
  for (const char* text : {"0", "-1", "5x", "infinite", "''", "[]"})
    EXPECT_NE(round_trip<Limit>(text).find("must be a whole number above 0 or `unlimited`"), std::string::npos) << text;
}

TEST(OrOff, IsAValueOrOff) {
  EXPECT_EQ(round_trip<OrOff<Duration>>("off"), "off");
  EXPECT_EQ(round_trip<OrOff<Duration>>("5s"), "5s");
  EXPECT_NE(round_trip<OrOff<Duration>>("on").find("expected a duration"), std::string::npos);
  EXPECT_FALSE(OrOff<Duration>());
}

TEST(OrUnlimited, IsAValueOrUnlimited) {
  EXPECT_EQ(round_trip<OrUnlimited<Duration>>("unlimited"), "unlimited");
  EXPECT_EQ(round_trip<OrUnlimited<Duration>>("5s"), "5s");
  EXPECT_NE(round_trip<OrUnlimited<Duration>>("off").find("expected a duration"), std::string::npos);
  EXPECT_FALSE(OrUnlimited<Duration>());
}

TEST(Endpoint, Table) {
  const std::vector<std::pair<std::string, Endpoint>> good{{"127.0.0.1:9000", {"127.0.0.1", 9000}},
                                                           {"[::1]:9000", {"::1", 9000}},
                                                           {":9000", {"", 9000}},
                                                           {"0.0.0.0:0", {"0.0.0.0", 0}}};
  for (const auto& [text, expected] : good) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(*endpoint, expected);
    EXPECT_EQ(to_string(*endpoint), text);
  }
  const std::vector<std::pair<std::string, std::string>> bad{
      {"127.0.0.1", "the port is missing, as in 127.0.0.1:9000"},
      {"", "the port is missing, as in 127.0.0.1:9000"},
      {"[::1]", "the port is missing, as in 127.0.0.1:9000"},
      {"127.0.0.1:", "the port must be a number from 0 to 65535"},
      {"127.0.0.1:70000", "the port must be a number from 0 to 65535"},
      {"127.0.0.1:9x", "the port must be a number from 0 to 65535"},
      {"::1:9000", "an IPv6 address goes in brackets: [::1]:9000"},
      {"[::1:9000", "`[` without its `]`"},
      {"[abc]:1", "what is in brackets must be an IPv6 address"},
      {"[::1]9000", "after `]` comes `:` and the port"},
      {"localhost:9000",
       "to listen on needs an IP address: 127.0.0.1 for this machine only, 0.0.0.0 for every IPv4 address"},
  };
  for (const auto& [text, message] : bad) {
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().message, message) << text;
  }
  EXPECT_EQ(round_trip<Endpoint>("9000"),
            "test.yaml:1:1: error: expected an address with a port, not `9000`\n"
            "  hint: the port is missing, as in 127.0.0.1:9000\n");
}

TEST(Url, Table) {
  const std::vector<std::pair<std::string, Url>> good{
      {"https://example.com/", {"https", "example.com", 443, "/"}},
      {"http://example.com:8080/a/b?c=d", {"http", "example.com", 8080, "/a/b?c=d"}},
      {"https://[::1]:9443/x", {"https", "::1", 9443, "/x"}},
      {"http://10.0.0.1/?q", {"http", "10.0.0.1", 80, "/?q"}}};
  for (const auto& [text, expected] : good) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text << ": " << url.error().message;
    EXPECT_EQ(*url, expected) << text;
    EXPECT_EQ(to_string(*url), text);
  }
  EXPECT_EQ(to_string(*parse_url("HTTPS://Example.COM:443")), "https://example.com/");
  EXPECT_EQ(to_string(*parse_url("http://h?x=1")), "http://h/?x=1");
  for (const char* text : {"", "example.com", "ftp://x/", "https://", "https:///x", "https://a b/", "https://x:0/",
                           "https://x:99999/", "https://x/#y", "https://ü/", "https://[::1/", "https://a/\n", "://x"})
    EXPECT_FALSE(parse_url(text)) << text;
}

TEST(Url, RefusesCredentialsWithoutShowingThem) {
  EXPECT_EQ(round_trip<Url>("https://joe:hunter2@example.com/"),
            "test.yaml:1:1: error: not a URL that can be used here\n"
            "  hint: no user name or password in a URL: it would show in logs; use the settings for credentials\n");
}

}  // namespace
}  // namespace towline::config
