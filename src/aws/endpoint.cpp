// Facts: "Amazon CloudWatch Logs endpoints and quotas" (AWS General Reference); the partitions as AWS' SDKs list them.
#include "aws/endpoint.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace towline::aws {

namespace {

struct Partition {
  std::string_view name;
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;  // empty: there is none
};

// The first whose prefix fits; the last fits all.
constexpr std::array partitions = {
    Partition{"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    Partition{"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    Partition{"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    Partition{"aws-iso", "us-iso-", "c2s.ic.gov", ""},
    Partition{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", ""},
    Partition{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", ""},
    Partition{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", ""},
    Partition{"aws", "", "amazonaws.com", "api.aws"},
};

constexpr std::array<std::string_view, 6> fips_regions = {"us-east-1", "us-east-2",    "us-west-1",
                                                          "us-west-2", "ca-central-1", "ca-west-1"};

const Partition& partition_of(std::string_view region) {
  return *std::ranges::find_if(partitions,
                               [region](const Partition& p) { return region.starts_with(p.region_prefix); });
}

bool is_name(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

// What stands between the service's name and the dot before the region, for FIPS.
Result<std::string> fips_mark(const Partition& partition, std::string_view region, bool dual_stack) {
  if (partition.name == "aws-us-gov") {  // the usual hosts are the FIPS ones
    if (!dual_stack) return std::string();
    return Error{"the partition aws-us-gov has no FIPS endpoints that are dual-stack"};
  }
  if (partition.name != "aws") return Error{"the partition " + std::string(partition.name) + " has no FIPS endpoints"};
  if (std::ranges::find(fips_regions, region) == fips_regions.end())
    return Error{"the region " + std::string(region) + " has no FIPS endpoint"};
  return std::string("-fips");
}

}  // namespace

Result<config::Url> endpoint(std::string_view service, std::string_view region, EndpointOptions options) {
  if (!is_region(region)) return Error{"a region is written like eu-west-1"};
  if (!is_name(service)) return Error{"a service's name has lower-case letters, digits and hyphens only"};
  const Partition& partition = partition_of(region);
  if (options.dual_stack && partition.dual_stack_suffix.empty())
    return Error{"the partition " + std::string(partition.name) + " has no dual-stack endpoints"};
  std::string host(service);
  if (options.fips) {
    const Result<std::string> mark = fips_mark(partition, region, options.dual_stack);
    if (!mark) return mark.error();
    host += *mark;
  }
  host.append(".").append(region).append(".");
  host.append(options.dual_stack ? partition.dual_stack_suffix : partition.suffix);
  return config::Url{"https", std::move(host), 443, "/"};
}

bool is_region(std::string_view text) {
  return is_name(text) && text.front() != '-' && text.back() != '-' && text.find('-') != std::string_view::npos;
}

Result<config::Url> parse_endpoint(std::string_view text) {
  Result<config::Url> url = config::parse_url(text);
  if (url && url->path.find('?') != std::string::npos) return Error{"an endpoint has no `?query`: remove it"};
  return url;
}

Result<std::optional<config::Url>> configured_endpoint(std::string_view service,
                                                       const config::Environment& environment) {
  if (is_true(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or(""))) return std::optional<config::Url>();
  for (const std::string& name : {"AWS_ENDPOINT_URL_" + std::string(service), std::string("AWS_ENDPOINT_URL")}) {
    const std::optional<std::string> text = environment(name);
    if (!text || text->empty()) continue;
    Result<config::Url> url = parse_endpoint(*text);
    if (!url) return Error{name + ": " + url.error().message};
    return std::optional(std::move(*url));
  }
  return std::optional<config::Url>();
}

bool is_true(std::string_view text) {
  return std::ranges::equal(text, std::string_view("true"), [](char c, char t) { return (c | 0x20) == t; });
}

}  // namespace towline::aws
