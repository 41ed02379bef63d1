#include "aws/container.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/asker.hpp"
#include "aws/fake_service_test_support.hpp"
#include "aws/files_test_support.hpp"

namespace towline::aws {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr const char* relative_name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* full_name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* token_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr const char* token_file_name = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr const char* good = R"({"RoleArn":"arn:aws:iam::1:role/r","AccessKeyId":"ASIA1","SecretAccessKey":"key",
  "Token":"token","Expiration":"2026-11-21T12:00:00Z"})";

class Container : public testing::Test {
 protected:
  using Variables = std::map<std::string, std::string>;

  Result<Credentials> fetch(Variables more = {}) {
    more.try_emplace(full_name, service_.url() + "/v1/credentials");
    return container_credentials(environment(more), fetcher_, {});
  }
  std::string problem(Variables more = {}) {
    const Result<Credentials> credentials = fetch(std::move(more));
    return credentials ? "fine" : credentials.error().message;
  }
  // Without waiting for anybody: what would be asked.
  std::string would_ask(const Variables& variables) {
    std::stop_source stopped;
    stopped.request_stop();
    return container_credentials(environment(variables), fetcher_, stopped.get_token()).error().message;
  }
  void on_credentials(Behaviour behaviour) { service_.on("GET /v1/credentials", std::move(behaviour)); }

  FakeService service_;
  TestFiles files_;
  net::Fetcher fetcher_;
};

TEST_F(Container, Fetches) {
  on_credentials(answer(good));
  const Result<Credentials> credentials = fetch();
  ASSERT_TRUE(credentials) << credentials.error().message;
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_EQ(credentials->session_token.reveal(), "token");
  EXPECT_TRUE(credentials->expires);
  EXPECT_THAT(service_.requests()[0], Not(HasSubstr("Authorization")));
}

TEST_F(Container, ATokenIsSentAsItIs) {
  on_credentials(answer(good));
  EXPECT_EQ(problem({{token_name, "Basic abc=="}}), "fine");
  EXPECT_THAT(service_.requests()[0], HasSubstr("\r\nAuthorization: Basic abc==\r\n"));
}

TEST_F(Container, TheTokensFileWinsAndIsReadAnew) {
  on_credentials(answer(good));
  const Variables variables{{token_name, "other"}, {token_file_name, files_.write("token", "first")}};
  EXPECT_EQ(problem(variables), "fine");
  files_.write("token", "second");
  EXPECT_EQ(problem(variables), "fine");
  EXPECT_THAT(service_.requests()[0], HasSubstr("\r\nAuthorization: first\r\n"));
  EXPECT_THAT(service_.requests()[1], HasSubstr("\r\nAuthorization: second\r\n"));
}

TEST_F(Container, ATokenThatCantBeSentIsAnError) {
  for (const std::string& token :
       {std::string("a\r\nX: y"), std::string("a\n"), std::string("\0a", 2), std::string()}) {
    const std::string path = files_.write("token", token);
    EXPECT_EQ(
        problem({{token_file_name, path}}),
        "the file `" + path + "` holds no token that can be sent: it is empty, too long, or has a line end in it");
  }
  files_.write("token", std::string(container_token_max + 1, 't'));
  EXPECT_THAT(problem({{token_file_name, files_.path("token")}}), HasSubstr("is longer than 16384 bytes"));
  EXPECT_THAT(problem({{token_name, "a\nb"}}), HasSubstr(std::string(token_name) + " holds no token"));
  EXPECT_THAT(problem({{token_file_name, files_.path("none")}}), HasSubstr("doesn't exist"));
  EXPECT_TRUE(service_.requests().empty());
}

TEST_F(Container, TheRelativeAddressWins) {
  EXPECT_EQ(would_ask({{relative_name, "/v2/id"}, {full_name, service_.url()}}),
            "the container's credentials endpoint (169.254.170.2) can't be asked: stopped");
  EXPECT_EQ(would_ask({{relative_name, "evil.example/"}}), std::string(relative_name) + " doesn't begin with /");
  EXPECT_THAT(would_ask({{relative_name, "/a b"}}), HasSubstr("a URL has no spaces"));
}

TEST_F(Container, OnlySomeHostsAreAskedWithoutTls) {
  for (const char* url :
       {"http://localhost/", "http://127.9.0.1:99/x", "http://[::1]/", "http://169.254.170.2/",
        "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/v1/credentials", "https://elsewhere.example/"})
    EXPECT_THAT(would_ask({{full_name, url}}), HasSubstr("can't be asked: stopped")) << url;
  for (const char* url : {"http://elsewhere.example/", "http://169.254.169.254/", "http://10.0.0.1/",
                          "http://[fd00:ec2::24]/", "http://localhost.example/", "http://128.0.0.1/"})
    EXPECT_EQ(would_ask({{full_name, url}}),
              std::string(full_name) + " must begin with https://, or name a host of the machine itself");
  EXPECT_THAT(would_ask({{full_name, "file:///etc/passwd"}}), HasSubstr("a URL begins with https:// or http://"));
}

TEST_F(Container, RefusalsAreErrors) {
  for (const char* status : {"400 Bad Request", "403 Forbidden", "404 Not Found", "302 Found"}) {
    FakeService service;
    service.on("GET /", answer("secret body", status));
    EXPECT_EQ(problem({{full_name, service.url() + "/"}}),
              "the container's credentials endpoint (127.0.0.1) answered " + std::string(status).substr(0, 3));
    EXPECT_THAT(service.requests(), SizeIs(1));
  }
}

TEST_F(Container, TroubleIsAskedAgain) {
  std::atomic<int> asked{0};
  on_credentials([&](Peer& peer, const std::string& request) {
    const int times = ++asked;
    answer(good, times == 1 ? "500 Oops" : times == 2 ? "429 Slow" : "200 OK")(peer, request);
  });
  EXPECT_EQ(problem(), "fine");
  EXPECT_EQ(asked, 3);
}

TEST_F(Container, ButNotForEver) {
  on_credentials(answer("", "503 Busy"));
  EXPECT_EQ(problem(), "the container's credentials endpoint (127.0.0.1) answered 503");
  EXPECT_THAT(service_.requests(), SizeIs(Asker::attempts_max));
}

TEST_F(Container, AnEndpointThatMisbehavesIsAnError) {
  on_credentials(answer("<html>secret</html>"));
  EXPECT_EQ(problem(), "the container's credentials endpoint (127.0.0.1) gave something that is not a JSON object");
  FakeService large;
  large.on("GET /", answer(std::string(100'000, 'x')));
  EXPECT_THAT(problem({{full_name, large.url() + "/"}}), HasSubstr("gave an answer that is too long"));
  FakeService never_ends;
  never_ends.on("GET /", endless);
  EXPECT_THAT(problem({{full_name, never_ends.url() + "/"}}), HasSubstr("gave an answer that is too long"));
  EXPECT_THAT(problem({{full_name, "http://127.0.0.1:1/"}}), HasSubstr("(127.0.0.1) can't be asked: "));
}

TEST_F(Container, KnowsWhetherThereIsOne) {
  EXPECT_FALSE(has_container_endpoint(environment({})));
  EXPECT_FALSE(has_container_endpoint(environment({{full_name, ""}, {relative_name, ""}})));
  EXPECT_TRUE(has_container_endpoint(environment({{full_name, "x"}})));
  EXPECT_TRUE(has_container_endpoint(environment({{relative_name, "x"}})));
}

}  // namespace
}  // namespace towline::aws
