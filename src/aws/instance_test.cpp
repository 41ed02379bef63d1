#include "aws/instance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/fake_service_test_support.hpp"

namespace towline::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* token_line = "PUT /latest/api/token";
constexpr const char* roles_line = "GET /latest/meta-data/iam/security-credentials/";
constexpr const char* who = "the instance metadata service (127.0.0.1) ";
constexpr const char* good = R"({"Code":"Success","LastUpdated":"2026-11-21T06:00:00Z","Type":"AWS-HMAC",
  "AccessKeyId":"ASIA1","SecretAccessKey":"key","Token":"token","Expiration":"2026-11-21T12:00:00Z"})";

class Instance : public testing::Test {
 protected:
  Instance() {
    on(token_line, answer("TOKEN1=="));
    on(roles_line, answer("shop-role\nother"));
    on(std::string(roles_line) + "shop-role", answer(good));
  }
  void on(const std::string& line, Behaviour behaviour) { service_.on(line, std::move(behaviour)); }
  Result<Credentials> fetch(const std::stop_token& stop = {}) {
    return role_.fetch(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service_.url() + "/"}}), fetcher_, stop);
  }
  std::string problem(const std::stop_token& stop = {}) {
    const Result<Credentials> credentials = fetch(stop);
    return credentials ? "fine" : credentials.error().message;
  }

  FakeService service_;
  net::Fetcher fetcher_;
  InstanceRole role_;
};

TEST_F(Instance, FetchesTheRolesCredentials) {
  const Result<Credentials> credentials = fetch();
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_TRUE(credentials->expires);
  const std::vector<std::string> requests = service_.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_THAT(requests[0], HasSubstr("\r\nX-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"));
  EXPECT_THAT(requests[0], HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(requests[1], HasSubstr("\r\nX-aws-ec2-metadata-token: TOKEN1==\r\n"));
  EXPECT_THAT(requests[2], HasSubstr("\r\nX-aws-ec2-metadata-token: TOKEN1==\r\n"));
}

TEST_F(Instance, TheTokenIsKept) {
  EXPECT_EQ(problem(), "fine");
  EXPECT_EQ(problem(), "fine");
  EXPECT_THAT(service_.requests(), SizeIs(5));
  EXPECT_THAT(service_.requests()[3], StartsWith(roles_line));
}

TEST_F(Instance, ATokenThatIsNotTakenAnyMoreIsReplaced) {
  std::atomic<int> tokens{0};
  on(token_line,
     [&](Peer& peer, const std::string& request) { answer("TOKEN" + std::to_string(++tokens))(peer, request); });
  on(roles_line, [&](Peer& peer, const std::string& request) {
    const bool known = request.find("token: TOKEN2") != std::string::npos;
    (known ? answer("shop-role") : answer("", "401 Unauthorized"))(peer, request);
  });
  EXPECT_EQ(problem(), "fine");
  EXPECT_EQ(tokens, 2);
}

TEST_F(Instance, ButOnlyOnce) {
  on(roles_line, answer("", "401 Unauthorized"));
  EXPECT_EQ(problem(), std::string(who) + "answered 401");
  EXPECT_THAT(service_.requests(), SizeIs(4));
}

TEST_F(Instance, SaysWhatIsWrongWithTheToken) {
  on(token_line, answer("", "403 Forbidden"));
  EXPECT_EQ(problem(), std::string(who) + "answered 403: it is switched off, or this process may not ask it");
  FakeService old;
  old.on(token_line, answer("", "404 Not Found"));
  EXPECT_EQ(role_.fetch(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", old.url()}}), fetcher_, {}).error().message,
            std::string(who) + "answered 404 to the wish for a token");
}

TEST_F(Instance, ATokenThatIsNoneIsNotSent) {
  for (const std::string& token :
       {std::string(), std::string("a\r\nX-Evil: 1"), std::string("a b"), std::string(1025, 't')}) {
    FakeService service;
    service.on(token_line, answer(token));
    const Result<Credentials> credentials =
        role_.fetch(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}}), fetcher_, {});
    ASSERT_FALSE(credentials);
    EXPECT_EQ(credentials.error().message, std::string(who) + "gave a token that is none");
    EXPECT_THAT(service.requests(), SizeIs(1));
  }
}

TEST_F(Instance, AnInstanceMayHaveNoRole) {
  on(roles_line, answer("", "404 Not Found"));
  EXPECT_EQ(problem(), std::string(who) + "says that the instance has no role");
}

TEST_F(Instance, ARolesNameGoesIntoAPath) {
  for (const char* name : {"", "../../api/token", "a b", "a\r\nX", "<html>"}) {
    FakeService service;
    service.on(token_line, answer("TOKEN"));
    service.on(roles_line, answer(name));
    const Result<Credentials> credentials =
        role_.fetch(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", service.url()}}), fetcher_, {});
    if (std::string(name) == "a\r\nX") {  // the first line counts, and that role is unknown
      EXPECT_EQ(credentials.error().message, std::string(who) + "doesn't know its own role");
    } else {
      EXPECT_EQ(credentials.error().message, std::string(who) + "gave something that is no role's name") << name;
    }
  }
}

TEST_F(Instance, AServiceThatFlapsIsAskedAgain) {
  std::atomic<int> asked{0};
  const auto every_second = [&](const std::string& body) {
    return [&asked, body](Peer& peer, const std::string& request) {
      (++asked % 2 == 1 ? answer("", "503 Busy") : answer(body))(peer, request);
    };
  };
  on(token_line, every_second("TOKEN"));
  on(roles_line, every_second("shop-role"));
  on(std::string(roles_line) + "shop-role", every_second(good));
  EXPECT_EQ(problem(), "fine");
  EXPECT_EQ(asked, 6);
}

TEST_F(Instance, AnswersThatAreNoneAreErrors) {
  on(std::string(roles_line) + "shop-role", answer(R"({"Code":"Failed","Message":"secret"})"));
  EXPECT_EQ(problem(), std::string(who) + "gave no access key id");
  FakeService huge;
  huge.on(token_line, endless);
  EXPECT_THAT(
      role_.fetch(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", huge.url()}}), fetcher_, {}).error().message,
      HasSubstr("gave an answer that is too long"));
}

TEST_F(Instance, ADeadServiceIsGivenUpAndCanBeLeft) {
  on(token_line, hang);
  std::stop_source stop;
  std::thread stops([&] {
    while (service_.requests().empty()) std::this_thread::sleep_for(5ms);
    stop.request_stop();
  });
  const MonoTime begin = MonoClock::now();
  EXPECT_EQ(problem(stop.get_token()), std::string(who) + "can't be asked: stopped");
  EXPECT_LT(MonoClock::now() - begin, 4s);
  stops.join();
  const Result<Credentials> nobody =
      role_.fetch(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1"}}), fetcher_, {});
  EXPECT_THAT(nobody.error().message, StartsWith(std::string(who) + "can't be asked: "));
}

TEST_F(Instance, VariablesSayWhereAndWhether) {
  EXPECT_EQ(instance_service(environment({})), "http://169.254.169.254");
  EXPECT_EQ(instance_service(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}})),
            "http://[fd00:ec2::254]");
  EXPECT_EQ(instance_service(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv4"}})),
            "http://169.254.169.254");
  EXPECT_EQ(instance_service(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://[::1]:9/"}})),
            "http://[::1]:9");
  const auto problem = [&](std::map<std::string, std::string> variables) {
    return role_.fetch(environment(std::move(variables)), fetcher_, {}).error().message;
  };
  EXPECT_EQ(problem({{"AWS_EC2_METADATA_DISABLED", "TRUE"}}),
            "the instance metadata service may not be asked: AWS_EC2_METADATA_DISABLED is set");
  EXPECT_EQ(problem({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://name.example"}}),
            "the host of the instance metadata service must be an IP address or localhost");
  EXPECT_THAT(problem({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "nonsense"}}),
              StartsWith("the address of the instance metadata service: "));
  EXPECT_TRUE(service_.requests().empty());
}

}  // namespace
}  // namespace towline::aws
