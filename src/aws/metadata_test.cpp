// Against a server that says what AWS says, and one that misbehaves. Times are those of a clock, so the limits are
// wide.
#include "aws/metadata.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "aws/fake_service_test_support.hpp"

namespace towline::aws {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* task = R"({
  "Cluster": "arn:aws:ecs:eu-central-1:111122223333:cluster/prod", "ServiceName": "shop",
  "TaskARN": "arn:aws:ecs:eu-central-1:111122223333:task/prod/158d1c8083dd49d6b527399fd6414f5c",
  "Family": "shop-web", "Revision": "26", "DesiredStatus": "RUNNING", "AvailabilityZone": "eu-central-1b",
  "LaunchType": "FARGATE", "Limits": {"CPU": 0.25}, "Containers": [{"Name": "other"}]})";
constexpr const char* container = R"({"DockerId": "ea32192c8553", "Name": "towline", "Type": "NORMAL"})";
constexpr const char* identity = R"({
  "accountId": "123456789012", "architecture": "x86_64", "availabilityZone": "us-west-2b", "billingProducts": null,
  "instanceId": "i-1234567890abcdef0", "instanceType": "t3.micro", "region": "us-west-2", "version": "2017-09-30"})";

class Metadata : public testing::Test {
 protected:
  Result<void> ecs(Duration limit = 5s) {
    return add_ecs_facts(facts_, environment({{"ECS_CONTAINER_METADATA_URI_V4", service_.url() + "/v4/id"}}), limit);
  }
  Result<void> ec2(Duration limit = 5s) {
    return add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service_.url() + "/"}}), limit);
  }
  void on_task(Behaviour behaviour) {
    service_.on("GET /v4/id/task", std::move(behaviour));
    service_.on("GET /v4/id", answer(container));
  }
  void on_token(Behaviour behaviour) { service_.on("PUT /latest/api/token", std::move(behaviour)); }
  void on_identity(Behaviour behaviour) {
    on_token(answer("TOKEN=="));
    service_.on("GET /latest/dynamic/instance-identity/document", std::move(behaviour));
  }

  FakeService service_;
  Facts facts_;
};

TEST_F(Metadata, KnowsTheTask) {
  on_task(answer(task));
  const Result<void> result = ecs();
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_THAT(
      facts_.all(),
      ElementsAre(
          Pair("ecs.availability_zone", "eu-central-1b"), Pair("ecs.cluster", "prod"),
          Pair("ecs.container_name", "towline"), Pair("ecs.family", "shop-web"), Pair("ecs.launch_type", "FARGATE"),
          Pair("ecs.revision", "26"), Pair("ecs.service_name", "shop"),
          Pair("ecs.task_arn", "arn:aws:ecs:eu-central-1:111122223333:task/prod/158d1c8083dd49d6b527399fd6414f5c"),
          Pair("ecs.task_id", "158d1c8083dd49d6b527399fd6414f5c")));
}

TEST_F(Metadata, AClusterMayBeANameAndMembersMayBeMissing) {
  on_task(answer(R"({"Cluster":"default","Family":7,"Revision":null,"LaunchType":"","AvailabilityZone":")" +
                 std::string(513, 'x') + "\"}"));
  EXPECT_TRUE(ecs());
  EXPECT_THAT(facts_.all(), ElementsAre(Pair("ecs.cluster", "default"), Pair("ecs.container_name", "towline")));
}

TEST_F(Metadata, NothingIsAskedOffEcs) {
  for (const auto& variables : {std::map<std::string, std::string>{}, {{"ECS_CONTAINER_METADATA_URI_V4", ""}}})
    EXPECT_TRUE(add_ecs_facts(facts_, environment(variables)));
  EXPECT_TRUE(facts_.all().empty());
}

TEST_F(Metadata, WhatCanBeHadIsHad) {
  on_task(answer("no", "403 Forbidden"));
  const Result<void> result = ecs();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the metadata service answered 403 to GET /task");
  EXPECT_THAT(facts_.all(), ElementsAre(Pair("ecs.container_name", "towline")));
}

TEST_F(Metadata, KnowsTheInstance) {
  on_identity(answer(identity));
  const Result<void> result = ec2();
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_THAT(facts_.all(),
              UnorderedElementsAre(Pair("ec2.account_id", "123456789012"), Pair("ec2.availability_zone", "us-west-2b"),
                                   Pair("ec2.instance_id", "i-1234567890abcdef0"),
                                   Pair("ec2.instance_type", "t3.micro"), Pair("ec2.region", "us-west-2")));
  const std::vector<std::string> requests = service_.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_THAT(requests[0], HasSubstr("\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n"));
  EXPECT_THAT(requests[1], HasSubstr("\r\nX-aws-ec2-metadata-token: TOKEN==\r\n"));
}

TEST_F(Metadata, TheInstanceIsNotAskedWhenThatIsSwitchedOff) {
  on_identity(answer(identity));
  for (const char* off : {"true", "True", "TRUE"}) {
    EXPECT_TRUE(add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service_.url()},
                                                   {"AWS_EC2_METADATA_DISABLED", off}})));
  }
  EXPECT_TRUE(service_.requests().empty());
  EXPECT_TRUE(facts_.all().empty());
}

TEST_F(Metadata, OffEc2NobodyAnswers) {
  const Result<void> result =
      add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1"}}), 5s);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("Connection refused"));
}

TEST_F(Metadata, ATokenThatIsNoneIsNotSent) {
  for (const std::string& token : {std::string(), std::string("a\r\nX-Evil: 1"), std::string("a b"),
                                   std::string(1025, 't'), std::string("gr\xC3\xBC\xC3\x9F")}) {
    FakeService service;
    service.on("PUT /latest/api/token", answer(token));
    const Result<void> result =
        add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}}), 5s);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "what the metadata service gave is not a token");
    EXPECT_EQ(service.requests().size(), 1U);
  }
}

TEST_F(Metadata, AServiceThatIsBusyIsAskedAgain) {
  std::atomic<int> asked{0};
  on_task([&](Peer& peer, const std::string& request) {
    const int times = ++asked;
    answer(times < 3 ? "" : task, times == 1   ? "429 Too Many Requests"
                                  : times == 2 ? "500 Oops"
                                               : "200 OK")(peer, request);
  });
  EXPECT_TRUE(ecs());
  EXPECT_NE(facts_.find("ecs.task_id"), nullptr);
}

TEST_F(Metadata, ButNotForEver) {
  on_task(answer("", "500 Internal Server Error"));
  const Result<void> result = ecs();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the metadata service answered 500 to GET /task");
  EXPECT_EQ(service_.requests().size(), 4U);  // three times the task, once the container
}

TEST_F(Metadata, WhatIsNotTheDocumentIsRefused) {
  for (const char* body : {"", "<html>", "[1]", "\"text\"", "{\"Cluster\":\"a\"", "{\"Cluster\":\"\xFF\"}", "null"}) {
    FakeService service;
    service.on("GET /task", answer(body));
    const Result<void> result =
        add_ecs_facts(facts_, environment({{"ECS_CONTAINER_METADATA_URI_V4", service.url()}}), 5s);
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().message, "the answer of the metadata service to GET /task is not a JSON object") << body;
  }
  on_task([](Peer& peer, const std::string&) { send(peer, "SSH-2.0-OpenSSH\r\n\r\n"); });
  const Result<void> result = ecs();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("is not HTTP"));
}

TEST_F(Metadata, AnEndlessAnswerIsCutOff) {
  on_task(endless);
  const Result<void> result = ecs();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("too long"));
  EXPECT_THAT(facts_.all(), ElementsAre(Pair("ecs.container_name", "towline")));
}

TEST_F(Metadata, ManyLevelsAreRefusedAndDoNoHarm) {
  on_task(answer("{\"a\":" + std::string(100'000, '[')));
  EXPECT_FALSE(ecs());
}

TEST_F(Metadata, WhoTakesTooLongIsNotWaitedFor) {
  for (const Behaviour& behaviour : {Behaviour(hang), Behaviour(drip)}) {
    FakeService service;
    service.on("GET /task", behaviour);
    service.on("GET /", behaviour);
    service.on("PUT /latest/api/token", behaviour);
    const MonoTime begin = MonoClock::now();
    EXPECT_FALSE(add_ecs_facts(facts_, environment({{"ECS_CONTAINER_METADATA_URI_V4", service.url()}}), 200ms));
    EXPECT_FALSE(add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}}), 200ms));
    EXPECT_LT(MonoClock::now() - begin, 2s);
    EXPECT_TRUE(facts_.all().empty());
  }
}

TEST_F(Metadata, AnAddressIsAnAddress) {
  for (const char* url : {"https://127.0.0.1/", "ftp://127.0.0.1", "http://metadata.example.com/", "nonsense"}) {
    const MonoTime begin = MonoClock::now();
    EXPECT_FALSE(add_ecs_facts(facts_, environment({{"ECS_CONTAINER_METADATA_URI_V4", url}}), 5s)) << url;
    EXPECT_FALSE(add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", url}}), 5s)) << url;
    EXPECT_LT(MonoClock::now() - begin, 2s);
  }
}

TEST_F(Metadata, LocalhostIsAnAddressToo) {
  on_identity(answer(identity));
  std::string url = service_.url();
  url.replace(url.find("127.0.0.1"), 9, "localhost");
  EXPECT_TRUE(add_ec2_facts(facts_, environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", url}}), 5s));
  EXPECT_NE(facts_.find("ec2.region"), nullptr);
}

}  // namespace
}  // namespace towline::aws
