// Who is asked, in which order, and what is said when nobody has anything.
#include "aws/chain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/asker.hpp"
#include "aws/fake_service_test_support.hpp"
#include "aws/files_test_support.hpp"

namespace towline::aws {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string json_of(const std::string& id) {
  return R"({"Version":1,"AccessKeyId":")" + id + R"(","SecretAccessKey":"key","Expiration":"2026-11-21T12:00:00Z"})";
}

std::string xml_of(const std::string& id) {
  return "<R><Credentials><AccessKeyId>" + id +
         "</AccessKeyId><SecretAccessKey>key</SecretAccessKey><SessionToken>t</SessionToken>"
         "<Expiration>2026-11-21T12:00:00Z</Expiration></Credentials></R>";
}

// One service plays STS, the container's endpoint and the instance's.
class ChainTest : public testing::Test {
 protected:
  using Variables = std::map<std::string, std::string>;

  ChainTest() {
    service_.on("POST /", [](Peer& peer, const std::string& request) {
      const bool by_token = request.find("WithWebIdentity") != std::string::npos;
      const std::size_t begin = request.find("Credential=") + 11;
      const std::string by = by_token ? "token" : request.substr(begin, request.find('/', begin) - begin);
      answer(xml_of("sts.by." + by))(peer, request);
    });
    service_.on("GET /container", answer(json_of("container")));
    service_.on("PUT /latest/api/token", answer("TOKEN"));
    service_.on("GET /latest/meta-data/iam/security-credentials/", answer("role"));
    service_.on("GET /latest/meta-data/iam/security-credentials/role", answer(json_of("instance")));
  }

  Variables with(Variables more) const {
    more.try_emplace("HOME", files_.directory());
    more.try_emplace("AWS_ENDPOINT_URL_STS", service_.url());
    more.try_emplace("AWS_EC2_METADATA_SERVICE_ENDPOINT", service_.url());
    return more;
  }
  // The id of the key, or the error.
  std::string found(const Variables& more = {}, const ChainOptions& options = {}) {
    const Result<Credentials> credentials = credentials_chain(options, environment(with(more)))->fetch();
    return credentials ? credentials->access_key_id : credentials.error().message;
  }
  std::string profile(const std::string& name) { return found({}, {.profile = name, .region = {}}); }
  void config(const std::string& text) { files_.write(".aws/config", text); }

  FakeService service_;
  TestFiles files_;
};

const std::map<std::string, std::string> keys = {{"AWS_ACCESS_KEY_ID", "environment"},
                                                 {"AWS_SECRET_ACCESS_KEY", "key"}};

TEST_F(ChainTest, TheFirstThatIsSetUpDecides) {
  const std::string token = files_.write("token", "ey.token");
  Variables all = keys;
  all.insert({{"AWS_WEB_IDENTITY_TOKEN_FILE", token},
              {"AWS_ROLE_ARN", "arn:aws:iam::1:role/r"},
              {"AWS_CONTAINER_CREDENTIALS_FULL_URI", service_.url() + "/container"}});
  config("[default]\naws_access_key_id = profile\naws_secret_access_key = key\n");
  EXPECT_EQ(found(all), "environment");
  all.erase("AWS_ACCESS_KEY_ID");
  all.erase("AWS_SECRET_ACCESS_KEY");
  EXPECT_EQ(found(all), "profile");
  config("[default]\nregion = eu-west-1\n");
  EXPECT_EQ(found(all), "sts.by.token");
  all.erase("AWS_WEB_IDENTITY_TOKEN_FILE");
  EXPECT_EQ(found(all), "container");
  all.erase("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  EXPECT_EQ(found(all), "instance");
}

TEST_F(ChainTest, WhatIsSetUpWronglyIsAnError) {
  EXPECT_EQ(found({{"AWS_ACCESS_KEY_ID", "A"}}),
            "the environment (AWS_ACCESS_KEY_ID and its companions) gave no secret access key");
  EXPECT_EQ(found({{"AWS_SECRET_ACCESS_KEY", "A"}}),
            "the environment (AWS_ACCESS_KEY_ID and its companions) gave no access key id");
  EXPECT_EQ(found({{"AWS_PROFILE", "none"}}), "there is no AWS profile `none` in the shared files");
  EXPECT_EQ(found({{"AWS_WEB_IDENTITY_TOKEN_FILE", "x"}}),
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN isn't");
  EXPECT_THAT(found({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", service_.url() + "/none"}}), EndsWith("answered 404"));
  EXPECT_EQ(found({{"AWS_EC2_METADATA_DISABLED", "true"}}),
            "no AWS credentials: nothing else is set up, and the instance metadata service may not be asked: "
            "AWS_EC2_METADATA_DISABLED is set");
  EXPECT_TRUE(found(keys) == "environment");
}

TEST_F(ChainTest, AProfileThatIsAskedForCountsAlone) {
  config("[profile x]\naws_access_key_id = x\naws_secret_access_key = key\n[profile empty]\nregion = eu-west-1\n");
  EXPECT_EQ(found(keys, {.profile = "x", .region = {}}), "x");
  EXPECT_EQ(found(keys, {.profile = "none", .region = {}}), "there is no AWS profile `none` in the shared files");
  EXPECT_EQ(found(keys, {.profile = "empty", .region = {}}), "profile `empty` has no credentials");
  EXPECT_EQ(found({{"AWS_PROFILE", "x"}}), "x");
  EXPECT_EQ(found({{"AWS_PROFILE", "empty"}}), "instance");
}

TEST_F(ChainTest, RolesOfProfiles) {
  const std::string token = files_.write("token", "ey.token");
  config(
      "[profile base]\naws_access_key_id = base\naws_secret_access_key = key\n"
      "[profile by_profile]\nrole_arn = r\nsource_profile = base\nregion = ap-south-1\n"
      "[profile by_itself]\nrole_arn = r\nsource_profile = by_itself\naws_access_key_id = own\n"
      "aws_secret_access_key = key\n"
      "[profile by_role]\nrole_arn = r\nsource_profile = by_profile\n"
      "[profile by_instance]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata\n"
      "[profile by_container]\nrole_arn = r\ncredential_source = EcsContainer\n"
      "[profile by_environment]\nrole_arn = r\ncredential_source = Environment\n"
      "[profile by_token]\nrole_arn = r\nweb_identity_token_file = " +
      token + "\n");
  EXPECT_EQ(profile("by_profile"), "sts.by.base");
  EXPECT_THAT(service_.requests()[0], HasSubstr("/ap-south-1/sts/aws4_request"));
  EXPECT_EQ(profile("by_itself"), "sts.by.own");
  EXPECT_EQ(profile("by_role"), "sts.by.sts.by.base");
  EXPECT_EQ(profile("by_instance"), "sts.by.instance");
  EXPECT_EQ(profile("by_token"), "sts.by.token");
  EXPECT_EQ(found({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", service_.url() + "/container"}},
                  {.profile = "by_container", .region = {}}),
            "sts.by.container");
  EXPECT_EQ(found(keys, {.profile = "by_environment", .region = "eu-west-3"}), "sts.by.environment");
  EXPECT_THAT(service_.requests().back(), HasSubstr("/eu-west-3/sts/aws4_request"));
  EXPECT_EQ(profile("by_environment"), "profile `by_environment`: the environment has no AWS_ACCESS_KEY_ID");
}

TEST_F(ChainTest, ProfilesThatCantWork) {
  std::string chain;
  for (int i = 0; i < 10; ++i)
    chain += "[profile c" + std::to_string(i) + "]\nrole_arn = r\nsource_profile = c" + std::to_string(i + 1) + "\n";
  config(
      chain +
      "[profile circle]\nrole_arn = r\nsource_profile = other\n[profile other]\nrole_arn = r\nsource_profile = circle\n"
      "[profile self]\nrole_arn = r\nsource_profile = self\n"
      "[profile lost]\nrole_arn = r\nsource_profile = nowhere\n"
      "[profile alone]\nrole_arn = r\n"
      "[profile odd]\nrole_arn = r\ncredential_source = Elsewhere\n"
      "[profile mfa]\nrole_arn = r\nmfa_serial = m\nsource_profile = x\n"
      "[profile short]\nrole_arn = r\nduration_seconds = 60\n"
      "[profile word]\nrole_arn = r\nduration_seconds = 9OO\n"
      "[profile sso]\nsso_session = s\nsso_account_id = 1\n"
      "[profile half]\naws_access_key_id = A\n");
  EXPECT_EQ(profile("c0"), "profile `c7`: there are too many source profiles");
  EXPECT_EQ(profile("circle"), "profile `other`: its source_profile leads back to itself");
  EXPECT_EQ(profile("self"), "profile `self`: its source_profile leads back to itself");
  EXPECT_EQ(profile("lost"), "profile `lost`: there is no profile `nowhere`, which its source_profile names");
  EXPECT_EQ(profile("alone"),
            "profile `alone`: role_arn needs one of source_profile, credential_source and web_identity_token_file");
  EXPECT_THAT(profile("odd"), StartsWith("profile `odd`: credential_source is none of Environment"));
  EXPECT_EQ(profile("mfa"), "profile `mfa`: mfa_serial needs a person, who isn't here");
  for (const char* name : {"short", "word"})
    EXPECT_THAT(profile(name), HasSubstr(": duration_seconds is not a number from 900 to 43200"));
  EXPECT_EQ(profile("sso"),
            "profile `sso` signs in with SSO, which needs a person: give it keys, a role or a credential_process");
  EXPECT_EQ(profile("half"), "profile `half` gave no secret access key");
  EXPECT_TRUE(service_.requests().empty());
}

TEST_F(ChainTest, AProcessMayKnow) {
  const std::string file = files_.write("json", json_of("process"));
  config("[profile p]\ncredential_process = cat '" + file +
         "'; echo noise >&2\n"
         "[profile bad]\ncredential_process = echo '{\"Version\": 2}'\n"
         "[profile dead]\ncredential_process = exit 7\n");
  EXPECT_EQ(profile("p"), "process");
  EXPECT_EQ(profile("bad"), "the credential_process of profile `bad` gave an object whose Version is not 1");
  EXPECT_EQ(profile("dead"), "the credential_process of profile `dead` ended with status 7");
}

TEST_F(ChainTest, EverythingIsReadAnew) {
  config("[default]\naws_access_key_id = first\naws_secret_access_key = key\n");
  const std::unique_ptr<CredentialsProvider> chain = credentials_chain({}, environment(with({})));
  EXPECT_EQ(chain->fetch()->access_key_id, "first");
  config("[default]\naws_access_key_id = second\naws_secret_access_key = key\n");
  EXPECT_EQ(chain->fetch()->access_key_id, "second");
  config("");
  EXPECT_EQ(chain->fetch()->access_key_id, "instance");
}

TEST_F(ChainTest, AFetchCanBeCancelled) {
  config("[default]\ncredential_process = touch " + files_.path("begun") + "; sleep 1000\n");
  const std::unique_ptr<CredentialsProvider> chain = credentials_chain({}, environment(with({})));
  std::thread cancels([&] {
    while (!std::filesystem::exists(files_.path("begun"))) std::this_thread::sleep_for(5ms);
    chain->cancel();
  });
  EXPECT_EQ(chain->fetch().error().message, "the credential_process of profile `default` was stopped");
  cancels.join();
  config("");
  EXPECT_THAT(chain->fetch().error().message, HasSubstr("can't be asked: stopped"));
}

// Whatever fails, and whatever secrets are about: none of them shows.
TEST_F(ChainTest, SecretsAreNeverShown) {
  const std::string secret = "PLANTED";
  const std::string token = files_.write("token", secret + "\n" + secret);
  config(
      "[profile keys]\naws_access_key_id = A\naws_secret_access_key = " + secret + " " + secret +
      "\n[profile token]\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = " + secret +
      "\xC3\xBC\n[profile id]\naws_access_key_id = " + secret + " x\naws_secret_access_key = B" +
      "\n[profile output]\ncredential_process = echo " + secret + "; echo " + secret + " >&2" +
      "\n[profile status]\ncredential_process = echo " + secret + " >&2; exit 3" +
      "\n[profile odd_json]\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":[\"" +
      secret + "\"]}'\n[profile role]\nrole_arn = r\nexternal_id = " + secret + "\nsource_profile = base" +
      "\n[profile base]\naws_access_key_id = A\naws_secret_access_key = " + secret + "\naws_session_token = " + secret +
      "\n[profile sts_token]\nrole_arn = r\nweb_identity_token_file = " + token + "\n");
  std::vector<std::string> errors;
  const std::string refusal = "<R><Error><Code>" + secret + "!</Code><Message>" + secret + "</Message></Error></R>";
  for (const std::string& body : {refusal, secret, "<Credentials>" + secret + "</Credentials>", xml_of(secret + " ")}) {
    for (const char* status : {"200 OK", "400 Bad Request", "500 Oops"}) {
      service_.on("POST /", answer(body, status));
      errors.push_back(profile("role"));
    }
  }
  for (const char* name : {"keys", "token", "id", "output", "status", "odd_json", "sts_token"})
    errors.push_back(profile(name));
  errors.push_back(found({{"AWS_ACCESS_KEY_ID", secret}}));
  errors.push_back(found({{"AWS_SECRET_ACCESS_KEY", secret}}));
  errors.push_back(found({{"AWS_ACCESS_KEY_ID", secret + "\n"}, {"AWS_SECRET_ACCESS_KEY", secret}}));
  const std::string address = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  const std::string here = service_.url() + "/" + secret;  // the path alone gives access
  service_.on("GET /" + secret, answer(json_of(secret + "\\n"), "200 " + secret));
  errors.push_back(found({{address, here}}));
  errors.push_back(found({{address, here + "?x=" + secret}}));
  errors.push_back(found({{address, "http://elsewhere.example/" + secret}}));
  errors.push_back(found({{address, "http://127.0.0.1:1/" + secret}}));
  errors.push_back(found({{address, "http://" + secret + "@127.0.0.1/"}}));
  errors.push_back(found({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", secret}}));
  errors.push_back(found({{address, here}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", secret + "\n"}}));
  errors.push_back(found({{address, here}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token}}));
  service_.on("PUT /latest/api/token", answer(secret + " " + secret));
  errors.push_back(found());
  service_.on("PUT /latest/api/token", answer(secret));
  service_.on("GET /latest/meta-data/iam/security-credentials/role", answer("{\"AccessKeyId\":\"" + secret + "\"}"));
  errors.push_back(found());
  service_.on("GET /latest/meta-data/iam/security-credentials/role", answer(secret, "418 " + secret));
  errors.push_back(found());
  ASSERT_THAT(errors, SizeIs(33));
  for (const std::string& error : errors) {
    EXPECT_THAT(error, Not(HasSubstr(secret)));
    EXPECT_THAT(error, HasSubstr(" "));  // it is one, and no key
  }
}

class RegionTest : public ChainTest {
 protected:
  std::optional<std::string> region(const Variables& more, const std::string& profile = "") {
    return find_region(profile, environment(with(more)));
  }
};

TEST_F(RegionTest, TheFirstThatSaysOneDecides) {
  service_.on("GET /v4", answer("{}"));
  service_.on("GET /v4/task", answer(R"({"TaskARN":"arn:aws:ecs:eu-central-1:111122223333:task/prod/158d"})"));
  service_.on("GET /latest/dynamic/instance-identity/document", answer(R"({"region":"us-west-2"})"));
  config("[default]\nregion = ca-west-1\n[profile x]\nregion = ca-central-1\n[profile none]\noutput = json\n");
  Variables variables{{"AWS_REGION", "eu-west-1"},
                      {"AWS_DEFAULT_REGION", "eu-west-2"},
                      {"AWS_PROFILE", "x"},
                      {"ECS_CONTAINER_METADATA_URI_V4", service_.url() + "/v4"}};
  EXPECT_EQ(region(variables), "eu-west-1");
  variables.erase("AWS_REGION");
  EXPECT_EQ(region(variables), "eu-west-2");
  variables.erase("AWS_DEFAULT_REGION");
  EXPECT_EQ(region(variables), "ca-central-1");
  EXPECT_EQ(region(variables, "default"), "ca-west-1");
  variables.erase("AWS_PROFILE");
  EXPECT_EQ(region(variables), "ca-west-1");
  EXPECT_EQ(region(variables, "none"), "eu-central-1");
  variables.erase("ECS_CONTAINER_METADATA_URI_V4");
  EXPECT_EQ(region(variables, "none"), "us-west-2");
  EXPECT_EQ(region({{"AWS_EC2_METADATA_DISABLED", "true"}}, "none"), std::nullopt);
}

TEST_F(RegionTest, WhatIsNoneIsNone) {
  EXPECT_EQ(region({{"AWS_REGION", "evil.example/"}}), std::nullopt);
  for (const char* arn : {"", "arn", "arn:aws:ecs", "arn:aws:ecs:", "::::", "arn:aws:ecs:Not A Region:1"}) {
    service_.on("GET /v4/task", answer(R"({"TaskARN":")" + std::string(arn) + "\"}"));
    EXPECT_EQ(
        region({{"ECS_CONTAINER_METADATA_URI_V4", service_.url() + "/v4"}, {"AWS_EC2_METADATA_DISABLED", "true"}}),
        std::nullopt)
        << arn;
  }
}

}  // namespace
}  // namespace towline::aws
