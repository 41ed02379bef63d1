#include "aws/endpoint.hpp"

#include <gtest/gtest.h>

#include <map>

#include "aws/fake_service_test_support.hpp"

namespace towline::aws {
namespace {

std::string host(std::string_view region, EndpointOptions options = {}) {
  const Result<config::Url> url = endpoint("logs", region, options);
  if (!url) return url.error().message;
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->path, "/");
  return url->host;
}

// What the environment gives, or what is wrong with it.
std::string configured(std::string_view service, std::map<std::string, std::string> values) {
  const Result<std::optional<config::Url>> url = configured_endpoint(service, environment(std::move(values)));
  if (!url) return url.error().message;
  return *url ? config::to_string(**url) : "none";
}

constexpr EndpointOptions fips{.fips = true};
constexpr EndpointOptions dual{.dual_stack = true};
constexpr EndpointOptions both{.fips = true, .dual_stack = true};

TEST(Endpoint, EachPartitionHasItsHosts) {
  EXPECT_EQ(host("eu-west-1"), "logs.eu-west-1.amazonaws.com");
  EXPECT_EQ(host("cn-north-1"), "logs.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(host("us-gov-west-1"), "logs.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host("eusc-de-east-1"), "logs.eusc-de-east-1.amazonaws.eu");
  EXPECT_EQ(host("us-iso-east-1"), "logs.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(host("us-isob-east-1"), "logs.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(host("eu-isoe-west-1"), "logs.eu-isoe-west-1.cloud.adc-e.uk");
  EXPECT_EQ(host("us-isof-south-1"), "logs.us-isof-south-1.csp.hci.ic.gov");
  EXPECT_EQ(host("xx-new-9"), "logs.xx-new-9.amazonaws.com");
}

TEST(Endpoint, DualStack) {
  EXPECT_EQ(host("eu-west-1", dual), "logs.eu-west-1.api.aws");
  EXPECT_EQ(host("cn-north-1", dual), "logs.cn-north-1.api.amazonwebservices.com.cn");
  EXPECT_EQ(host("us-gov-east-1", dual), "logs.us-gov-east-1.api.aws");
  EXPECT_EQ(host("eusc-de-east-1", dual), "logs.eusc-de-east-1.api.amazonwebservices.eu");
  EXPECT_EQ(host("us-iso-east-1", dual), "the partition aws-iso has no dual-stack endpoints");
}

TEST(Endpoint, Fips) {
  EXPECT_EQ(host("us-east-1", fips), "logs-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(host("ca-west-1", both), "logs-fips.ca-west-1.api.aws");
  EXPECT_EQ(host("us-gov-west-1", fips), "logs.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host("us-gov-west-1", both), "the partition aws-us-gov has no FIPS endpoints that are dual-stack");
  EXPECT_EQ(host("eu-west-1", fips), "the region eu-west-1 has no FIPS endpoint");
  EXPECT_EQ(host("cn-north-1", fips), "the partition aws-cn has no FIPS endpoints");
}

TEST(Endpoint, ARegionIsPartOfAHostAndNothingElse) {
  for (const std::string& region :
       {std::string(), std::string("eu"), std::string("EU-WEST-1"), std::string("eu-west-1.evil.example"),
        std::string("eu-west-1/"), std::string("-eu"), std::string("eu-"), std::string(65, 'a') + "-1"}) {
    EXPECT_FALSE(is_region(region)) << region;
    EXPECT_EQ(host(region), "a region is written like eu-west-1");
  }
  EXPECT_FALSE(endpoint("logs.evil", "eu-west-1", {}));
}

TEST(Endpoint, TheEnvironmentMayGiveAnother) {
  const std::pair<std::string, std::string> all{"AWS_ENDPOINT_URL", "http://all"};
  const std::pair<std::string, std::string> sts{"AWS_ENDPOINT_URL_STS", "http://sts"};
  EXPECT_EQ(configured("STS", {}), "none");
  EXPECT_EQ(configured("STS", {{"AWS_ENDPOINT_URL_STS", ""}}), "none");
  EXPECT_EQ(configured("STS", {all}), "http://all/");
  EXPECT_EQ(configured("STS", {all, sts}), "http://sts/");
  EXPECT_EQ(configured("CLOUDWATCH_LOGS", {all, sts}), "http://all/");
  EXPECT_EQ(configured("STS", {all, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}}), "none");
}

TEST(Endpoint, OneThatRequestsCantBeSignedForIsRefused) {
  EXPECT_EQ(configured("STS", {{"AWS_ENDPOINT_URL_STS", "http://h/?a=secret"}}),
            "AWS_ENDPOINT_URL_STS: an endpoint has no `?query`: remove it");
  EXPECT_EQ(configured("STS", {{"AWS_ENDPOINT_URL", "http://h?"}}),
            "AWS_ENDPOINT_URL: an endpoint has no `?query`: remove it");
  EXPECT_EQ(configured("CLOUDWATCH_LOGS", {{"AWS_ENDPOINT_URL", "https://h/#secret"}}),
            "AWS_ENDPOINT_URL: a `#fragment` is never sent: remove it");
  EXPECT_EQ(configured("STS", {{"AWS_ENDPOINT_URL", "sts:secret"}}),
            "AWS_ENDPOINT_URL: a URL begins with https:// or http://");
  EXPECT_EQ(config::to_string(*parse_endpoint("https://h:4566/base")), "https://h:4566/base");
}

}  // namespace
}  // namespace towline::aws
