// Formats: ECS, "task metadata endpoint version 4"; EC2, "instance identity documents" and "use IMDSv2".
#include "aws/metadata.hpp"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "aws/endpoint.hpp"
#include "aws/instance.hpp"
#include "config/address.hpp"
#include "config/url.hpp"
#include "net/http_ask.hpp"

namespace towline::aws {

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;
using simdjson::dom::element;

constexpr std::size_t document_bytes_max = 256 * 1024;  // a task with many containers and labels
constexpr std::size_t token_bytes_max = 1024;
constexpr std::size_t fact_bytes_max = 512;
constexpr int attempts_max = 3;
constexpr Duration pause = std::chrono::milliseconds(100);
constexpr const char* token_seconds = "60";  // it is used at once, and once

// One machine-local service, asked until a moment in time.
class Service {
 public:
  Service(std::string base, Duration limit) : base_(std::move(base)), deadline_(MonoClock::now() + limit) {
    while (base_.ends_with('/')) base_.pop_back();
  }

  // A name server could take any time, so there must be none in between.
  Result<void> check() const {
    const Result<config::Url> url = config::parse_url(base_);
    if (!url) return Error{"the address of the metadata service is no URL: " + url.error().message};
    if (config::is_ipv4(url->host) || config::is_ipv6(url->host) || url->host == "localhost") return {};
    return Error{"the host of the metadata service must be an IP address or localhost"};
  }

  // The body of an answer of 200. Where the service is busy or has trouble it is asked again.
  Result<std::string> ask(std::string_view method, const std::string& path, const Headers& headers) const {
    for (int attempt = 1;; ++attempt) {
      const Duration left = deadline_ - MonoClock::now();
      if (left <= Duration::zero()) return Error{"the metadata service took too long"};
      const net::HttpQuestion question{method, headers, left, document_bytes_max};
      Result<net::HttpAnswer> answer = net::http_ask(base_ + path, question);
      if (!answer) return answer.error();
      if (answer->status == 200) return std::move(answer->body);
      const bool may_change = answer->status == 429 || answer->status >= 500;
      if (!may_change || attempt == attempts_max || left <= pause) {
        return Error{"the metadata service answered " + std::to_string(answer->status) + " to " + std::string(method) +
                     " " + path};
      }
      std::this_thread::sleep_for(pause);
    }
  }

 private:
  std::string base_;
  MonoTime deadline_;
};

struct Member {
  const char* name;
  std::string_view fact;
};
constexpr Member task_members[] = {
    {"TaskARN", "ecs.task_arn"},
    {"Family", "ecs.family"},
    {"Revision", "ecs.revision"},
    {"ServiceName", "ecs.service_name"},
    {"AvailabilityZone", "ecs.availability_zone"},
    {"LaunchType", "ecs.launch_type"},
};
constexpr Member container_members[] = {{"Name", "ecs.container_name"}};
constexpr Member identity_members[] = {
    {"instanceId", "ec2.instance_id"}, {"instanceType", "ec2.instance_type"},
    {"region", "ec2.region"},          {"availabilityZone", "ec2.availability_zone"},
    {"accountId", "ec2.account_id"},
};

std::string_view text_of(const element& document, const char* member) {
  std::string_view text;
  if (document[member].get(text) != simdjson::SUCCESS || text.size() > fact_bytes_max) return {};
  return text;
}

void add(Facts& facts, std::string_view name, std::string_view value) {
  if (!value.empty()) facts.set(name, value);
}

void add_members(Facts& facts, const element& document, std::span<const Member> members) {
  for (const Member& member : members) add(facts, member.fact, text_of(document, member.name));
}

std::string_view behind_last_slash(std::string_view text) {
  return text.substr(text.rfind('/') + 1);
}

// Calls use(document) with the JSON object that the service has at this path.
template <class Use>
Result<void> read_document(const Service& service, const std::string& path, const Headers& headers, Use use) {
  const Result<std::string> body = service.ask("GET", path, headers);
  if (!body) return body.error();
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(*body);
  element document;
  if (parser.parse(padded).get(document) != simdjson::SUCCESS || !document.is_object())
    return Error{"the answer of the metadata service to GET " + path + " is not a JSON object"};
  use(document);
  return {};
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= token_bytes_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

}  // namespace

Result<void> add_ecs_facts(Facts& facts, const config::Environment& environment, Duration limit) {
  const std::string base = environment("ECS_CONTAINER_METADATA_URI_V4").value_or("");
  if (base.empty()) return {};
  const Service service(base, limit);
  if (Result<void> checked = service.check(); !checked) return checked;
  Result<void> task = read_document(service, "/task", {}, [&](const element& document) {
    add(facts, "ecs.cluster", behind_last_slash(text_of(document, "Cluster")));
    add(facts, "ecs.task_id", behind_last_slash(text_of(document, "TaskARN")));
    add_members(facts, document, task_members);
  });
  Result<void> container =
      read_document(service, "", {}, [&](const element& document) { add_members(facts, document, container_members); });
  return task ? container : task;
}

Result<void> add_ec2_facts(Facts& facts, const config::Environment& environment, Duration limit) {
  if (is_true(environment("AWS_EC2_METADATA_DISABLED").value_or(""))) return {};
  const Service service(instance_service(environment), limit);
  if (Result<void> checked = service.check(); !checked) return checked;
  const Result<std::string> token =
      service.ask("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", token_seconds}});
  if (!token) return token.error();
  if (!is_token(*token)) return Error{"what the metadata service gave is not a token"};
  return read_document(service, "/latest/dynamic/instance-identity/document", {{"X-aws-ec2-metadata-token", *token}},
                       [&](const element& document) { add_members(facts, document, identity_members); });
}

}  // namespace towline::aws
