// Who the sink is to the service, where that is, and when it is.
#include "sinks/cloudwatch/sink_test_support.hpp"

namespace towline::cloudwatch {
namespace {

using CloudWatchIdentity = CloudWatch;

constexpr const char* in_2001 = "Date: Sat, 03 Feb 2001 04:05:06 GMT\r\n";

TEST_F(CloudWatchIdentity, AWrongClockIsSetRight) {
  Service service([first = std::make_shared<std::atomic<bool>>(true)](const Asked& asked) {
    EXPECT_EQ(asked.head.find("20010203T") != std::string::npos, !*first);
    if (first->exchange(false)) {
      Says says = error("SignatureDoesNotMatch", 403);
      says.headers += in_2001;
      return says;
    }
    return Says{200, "{}", std::string(no_date) + in_2001};
  });
  CloudWatchSink& out = sink(service);
  EXPECT_EQ(attempt(out, batch(two)).status, Status::delivered);
  EXPECT_EQ(service.asked().size(), 2U);
  const Outcome ours = attempt(out, batch({"{}", R"({"dt":)" + at(0s) + "}"}));
  EXPECT_EQ(set_aside(ours), "3+1 too_new;") << "times are judged by the same clock, but for those of our own";
}

TEST_F(CloudWatchIdentity, AClockThatHasBeenSetIsBelievedAgain) {
  Service service([calls = std::make_shared<std::atomic<int>>(0)](const Asked&) {
    const int call = ++*calls;
    Says says = call == 1 ? error("SignatureDoesNotMatch", 403) : Says();
    if (call <= 2) says.headers = std::string(no_date) + in_2001;
    return says;
  });
  CloudWatchSink& out = sink(service);
  EXPECT_EQ(attempt(out, batch(two)).status, Status::delivered);
  clock_.shift(1h);  // of one of the two clocks: the same as if the other one had been set
  EXPECT_EQ(set_aside(attempt(out, batch(two))), "");
  EXPECT_EQ(service.asked().back().head.find("20010203T"), std::string::npos);
}

TEST_F(CloudWatchIdentity, WhatIsTooOldIsLeftToTheServiceUntilItsTimeIsKnown) {
  Service service([](const Asked&) { return Says{200, "{}", no_date}; });
  CloudWatchSink& out = sink(service);
  EXPECT_EQ(set_aside(attempt(out, batch({R"({"dt":"2001-02-03T04:05:06Z"})"}))), "");
  EXPECT_EQ(service.taken().size(), 1U);
}

TEST_F(CloudWatchIdentity, KeysThatAreRefusedAndNotReplacedAreARefusal) {
  Service service([](const Asked&) { return error("UnrecognizedClientException", 403); });
  CloudWatchSink& out = sink(service);
  const Outcome outcome = attempt(out, batch(two));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_EQ(outcome.cause, "403 UnrecognizedClientException");
  EXPECT_EQ(service.asked().size(), 1U);
  EXPECT_FALSE(out.credentials_changed());
}

TEST_F(CloudWatchIdentity, CredentialsOfTheEnvironmentAreWaitedForAndSent) {
  environment_ = {{"AWS_ACCESS_KEY_ID", "AKENV"}, {"AWS_SECRET_ACCESS_KEY", "x"}, {"AWS_SESSION_TOKEN", "tok3n"}};
  Service service([](const Asked&) { return Says(); });
  EXPECT_EQ(attempt(sink(service, "", ", message: ''"), batch(two)).status, Status::delivered);
  EXPECT_NE(service.asked()[0].head.find("Credential=AKENV/"), std::string::npos);
  EXPECT_NE(service.asked()[0].head.find("X-Amz-Security-Token: tok3n"), std::string::npos);
}

// Each fetch brings another key: AK1, AK2, ...
constexpr const char* new_key_each_time = R"sh(echo x >> count
printf '{"Version":1,"AccessKeyId":"AK%d","SecretAccessKey":"s"}' $(wc -l < count)
)sh";

TEST_F(CloudWatchIdentity, CredentialsThatHaveExpiredAreFetchedAnewWithinTheAttempt) {
  set_process(new_key_each_time);
  Service service([](const Asked& asked) {
    return asked.head.find("Credential=AK1/") != std::string::npos ? error("ExpiredTokenException") : Says();
  });
  std::vector<std::string> records;
  for (int i = 0; i < 6; ++i) records.push_back(R"({"s":"s)" + std::to_string(i) + R"("})");
  const Outcome outcome = attempt(sink(service, "stream: \"{s}\"", ", message: ''"), batch(records));
  EXPECT_EQ(outcome.status, Status::delivered) << outcome.cause;
  EXPECT_EQ(service.taken().size(), 6U);
  EXPECT_LE(service.asked().size(), 12U);
  EXPECT_EQ(service.asked().back().head.find("Credential=AK3/"), std::string::npos) << "one fetch is for all";
}

// That of a fetch which ended before the renewal was asked for.
TEST_F(CloudWatchIdentity, NewsThatComesLateDoesntEndARenewal) {
  set_process(R"sh(echo x >> count
number=$(wc -l < count)
test $number = 1 || while ! test -e go; do sleep 0.02; done
printf '{"Version":1,"AccessKeyId":"AK%d","SecretAccessKey":"s"}' $number
)sh");
  std::atomic<int> news = 0;
  const CloudWatchConfig config;
  Identity identity(config, "eu-west-1", config::test::environment(environment_), clock_, [&] { ++news; });
  const auto wait_for = [&](int count) {
    for (int i = 0; i < 1000 && news < count; ++i) std::this_thread::sleep_for(10ms);
    return news == count;
  };
  ASSERT_TRUE(wait_for(1));
  const Identity::Current first = *identity.current();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(identity.renew(first, clock_.now()), Identity::Renewal::coming);
  EXPECT_FALSE(identity.news());
  EXPECT_EQ(identity.renew(first, clock_.now()), Identity::Renewal::coming);
  std::ofstream(folder_ + "/go") << "";
  ASSERT_TRUE(wait_for(2));
  EXPECT_TRUE(identity.news());
  EXPECT_EQ((*identity.current())->access_key_id, "AK2");
  EXPECT_EQ(identity.renew(first, clock_.now()), Identity::Renewal::replaced);
}

TEST_F(CloudWatchIdentity, CredentialsThatAreRefusedTwiceAreARefusal) {
  set_process(new_key_each_time);
  Service service([](const Asked&) { return error("ExpiredTokenException"); });
  const Outcome outcome = attempt(sink(service, "", ", message: ''"), batch(two));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_EQ(outcome.cause, "400 ExpiredTokenException");
  EXPECT_EQ(service.asked().size(), 2U);
}

TEST_F(CloudWatchIdentity, TheSameCredentialsAgainAreARefusal) {
  set_process(R"(echo '{"Version":1,"AccessKeyId":"AK","SecretAccessKey":"s"}')");
  Service service([](const Asked&) { return error("UnrecognizedClientException"); });
  const Outcome outcome = attempt(sink(service, "", ", message: ''"), batch(two));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_NE(outcome.cause.find("there are no other ones"), std::string::npos) << outcome.cause;
  EXPECT_EQ(service.asked().size(), 1U);
}

TEST_F(CloudWatchIdentity, CredentialsThatDontComeAreWaitedForSoLong) {
  set_process("exec sleep 60");
  Service service([](const Asked&) { return Says(); });
  clock_.shift(50ms - credentials_patience);
  CloudWatchSink& out = sink(service, "", ", message: ''");
  const Batch sent = batch(two);
  std::optional<Outcome> outcome;
  out.attempt(sent, [&](Outcome o) { outcome = std::move(o); });
  clock_.shift(0ms);
  const MonoTime deadline = MonoClock::now() + 10s;
  while (!outcome && MonoClock::now() < deadline) outbound_.poll(deadline);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status, Status::refused);
  EXPECT_EQ(outcome->cause, "no credentials: they are still being fetched");
}

TEST_F(CloudWatchIdentity, WithoutCredentialsItIsRefusedAndSaysWhy) {
  environment_ = {{"AWS_EC2_METADATA_DISABLED", "true"}, {"HOME", "/nonexistent"}};
  Service service([](const Asked&) { return Says(); });
  const Outcome outcome = attempt(sink(service, "", ", message: ''"), batch(two));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.cause.find("no credentials: "), std::string::npos) << outcome.cause;
  EXPECT_EQ(service.asked().size(), 0U);
}

TEST_F(CloudWatchIdentity, WithoutARegionItIsRefusedAndSaysWhatToSet) {
  environment_ = {{"AWS_EC2_METADATA_DISABLED", "true"}, {"HOME", "/nonexistent"}};
  config::Problems problems("test");
  config_ = cloudwatch_schema().parse(config::test::node_of("{ group: g }"), problems);
  ASSERT_TRUE(config_.has_value()) << problems.text();
  sink_.emplace(*config_, component::SinkContext{"out", outbound_, compressor_, metrics_, budget_, facts_},
                config::test::environment(environment_), clock_);
  const Outcome outcome = attempt(*sink_, batch(two));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_NE(outcome.cause.find("set `region`, or AWS_REGION"), std::string::npos) << outcome.cause;
}

}  // namespace
}  // namespace towline::cloudwatch
