// The cloudwatch sink over real sockets: which calls a batch becomes, and what their answers mean for it.
#include "sinks/cloudwatch/cloudwatch.hpp"

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "sinks/cloudwatch/sink_test_support.hpp"

namespace towline::cloudwatch {
namespace {

TEST_F(CloudWatch, ARecordIsAnEventWithItsJsonAsTheMessage) {
  Service service([](const Asked&) { return Says(); });
  const Batch sent = batch(two);
  const Outcome outcome = attempt(sink(service), sent);
  EXPECT_EQ(outcome.status, Status::delivered) << outcome.cause;
  EXPECT_EQ(set_aside(outcome), "");
  const std::vector<Asked> asked = service.asked();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_TRUE(asked[0].gzip);
  EXPECT_EQ(asked[0].text("logGroupName"), "g");
  EXPECT_EQ(asked[0].text("logStreamName"), "web-1");
  EXPECT_EQ(service.taken(), two);
  EXPECT_EQ(asked[0].messages()[0].time_ms, unix_ms(sent.slices[0].chunk->received));
  for (const char* line :
       {"Content-Type: application/x-amz-json-1.1\r\n", "X-Amz-Target: Logs_20140328.PutLogEvents\r\n",
        "Content-Encoding: gzip\r\n", "AWS4-HMAC-SHA256 Credential=AKID/", "/eu-west-1/logs/"})
    EXPECT_NE(asked[0].head.find(line), std::string::npos) << line;
  EXPECT_EQ(asked[0].head.find("s3cret"), std::string::npos);
  sink_.reset();
  EXPECT_EQ(budget_.used(), 0U) << "what was charged is given back";
}

TEST_F(CloudWatch, WithoutCompressionTheBodyIsPlain) {
  Service service([](const Asked&) { return Says(); });
  EXPECT_EQ(attempt(sink(service, "compression: none"), batch(two)).status, Status::delivered);
  EXPECT_FALSE(service.asked()[0].gzip);
  EXPECT_EQ(service.taken(), two);
}

TEST_F(CloudWatch, RecordsThatCantBeTakenAreSetAsideAndTheRestIsDelivered) {
  Service service([](const Asked&) { return Says(); });
  const Outcome outcome =
      attempt(told_the_time(sink(service, "message: m")),
              batch({R"({"dt":)" + at(-14 * 24h - 5s) + R"(,"m":"old"})", R"({"m":"x"})", R"({"m":""})",
                     R"({"dt":)" + at(2h + 5s) + R"(,"m":"new"})", R"({"dt":)" + at(2h - 5s) + R"(,"m":"y"})"}));
  EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(set_aside(outcome), "0+1 too_old;2+1 empty;3+1 too_new;");
  EXPECT_EQ(service.taken(), (std::vector<std::string>{"{}", "x", "y"}));
}

TEST_F(CloudWatch, WithNothingToSendNobodyIsAsked) {
  Service service([](const Asked&) { return Says(); });
  const Outcome outcome =
      attempt(told_the_time(sink(service)), batch({R"({"dt":1000000000})", R"({"dt":1000000001})"}));
  EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(set_aside(outcome), "0+2 too_old;");
  EXPECT_FALSE(outcome.asked);
  EXPECT_EQ(service.operations(), "PutLogEvents ") << "for the time";
}

TEST_F(CloudWatch, WhatTheServiceLeavesOutIsSetAsideAndNotSentAgain) {
  Service service([](const Asked&) {
    return Says{200, R"({"rejectedLogEventsInfo":{"tooOldLogEventEndIndex":3,"tooNewLogEventStartIndex":8}})"};
  });
  const Outcome outcome = attempt(sink(service), batch(std::vector<std::string>(10, R"({"a":1})")));
  EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(set_aside(outcome), "0+3 too_old;8+2 too_new;");
  EXPECT_EQ(service.operations(), "PutLogEvents ");
}

TEST_F(CloudWatch, EachDestinationHasCallsOfItsOwnAndOneUnderWay) {
  std::mutex mutex;
  std::map<std::string, int> under_way;
  std::atomic<int> parallel = 0;
  std::atomic<int> most = 0;
  Service service([&](const Asked& asked) {
    const std::string stream = asked.text("logStreamName");
    {
      const std::lock_guard lock(mutex);
      EXPECT_EQ(++under_way[stream], 1) << "one call under way to a stream";
    }
    most = std::max<int>(most, ++parallel);
    std::this_thread::sleep_for(30ms);
    --parallel;
    const std::lock_guard lock(mutex);
    --under_way[stream];
    return Says();
  });
  std::vector<std::string> records;
  for (int i = 0; i < 60; ++i) records.push_back(R"({"s":"s)" + std::to_string(i % 6) + R"("})");
  const Batch first = batch(records);
  const Batch second = batch(records);
  CloudWatchSink& out = sink(service, "stream: \"{s}\", open_streams: 4");
  for (const Outcome& outcome : attempt_all(out, {&first, &second})) EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(service.taken().size(), 120U);
  EXPECT_GE(most, 2);
  EXPECT_LE(most, 4);
}

TEST_F(CloudWatch, BatchesThatWaitForAStreamShareACall) {
  Service service([](const Asked&) {
    std::this_thread::sleep_for(50ms);
    return Says();
  });
  const std::vector<Batch> batches{batch(two), batch(two), batch(two)};
  for (const Outcome& outcome : attempt_all(sink(service), {&batches[0], &batches[1], &batches[2]}))
    EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(service.operations(), "PutLogEvents PutLogEvents ");
}

TEST_F(CloudWatch, OnlyWhatWasNotTakenIsSentAgain) {
  std::atomic<bool> well = false;
  Service service([&](const Asked& asked) {
    if (!well && asked.text("logStreamName") == "b") return Says{503, "", ""};
    return Says();
  });
  const Batch whole = batch({R"({"s":"a","n":0})", R"({"s":"b","n":1})", R"({"s":"a","n":2})", R"({"s":"b","n":3})"});
  CloudWatchSink& out = sink(service, "stream: \"{s}\"");
  EXPECT_EQ(attempt(out, whole).status, Status::retry);
  well = true;
  const Batch half = part(whole, 0, 2);
  const Batch other = part(whole, 2, 2);
  EXPECT_EQ(attempt(out, half).status, Status::delivered);
  EXPECT_EQ(attempt(out, other).status, Status::delivered);
  const std::vector<std::string> taken = service.taken();
  EXPECT_EQ(std::multiset<std::string>(taken.begin(), taken.end()),
            (std::multiset<std::string>{R"({"s":"a","n":0})", R"({"s":"a","n":2})", R"({"s":"b","n":1})",
                                        R"({"s":"b","n":3})"}));
}

TEST_F(CloudWatch, ThrottlingIsARetryAndEndsTheRestOfTheBatch) {
  Service service([](const Asked&) { return error("ThrottlingException"); });
  std::vector<std::string> records;
  for (int i = 0; i < 20; ++i) records.push_back(R"({"s":"s)" + std::to_string(i) + R"("})");
  const Outcome outcome = attempt(sink(service, "stream: \"{s}\", open_streams: 2"), batch(records));
  EXPECT_EQ(outcome.status, Status::retry);
  EXPECT_EQ(outcome.cause, "400 ThrottlingException");
  EXPECT_LE(service.asked().size(), 2U) << "what waits is not tried";
}

TEST_F(CloudWatch, ARefusalIsNotBlamedOnABatchThatSharesTheCall) {
  Service service([](const Asked& asked) {
    std::this_thread::sleep_for(30ms);
    return asked.body.find("guilty") != std::string::npos ? error("InvalidParameterException") : Says();
  });
  const Batch first = batch(two);
  const Batch guilty = batch({R"({"x":"guilty"})", R"({"x":"innocent"})"});
  const Batch last = batch(two);
  CloudWatchSink& out = sink(service);
  const std::vector<Outcome> outcomes = attempt_all(out, {&first, &guilty, &last});
  EXPECT_EQ(outcomes[0].status, Status::delivered);
  EXPECT_EQ(outcomes[1].status, Status::rejected);
  EXPECT_EQ(outcomes[2].status, Status::delivered);
  const Batch one = part(guilty, 0, 1);
  const Batch other = part(guilty, 1, 1);
  EXPECT_EQ(attempt(out, one).status, Status::rejected);
  EXPECT_EQ(attempt(out, other).status, Status::delivered);
}

// On a slow way to the service a pause by the clock is over before the next call.
TEST_F(CloudWatch, BatchesThatWereRefusedTogetherAreNotSoAgain) {
  std::atomic<int> calls = 0;
  Service service([&](const Asked& asked) {
    clock_.shift(2 * merge_pause * ++calls);
    std::this_thread::sleep_for(30ms);
    return asked.messages().size() > two.size() ? error("InvalidParameterException") : Says();
  });
  std::vector<Batch> batches;
  for (int i = 0; i < 6; ++i) batches.push_back(batch(two));
  std::vector<const Batch*> all;
  for (const Batch& each : batches) all.push_back(&each);
  for (const Outcome& outcome : attempt_all(sink(service), all)) EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(service.asked().size(), 1U + 1U + 5U) << "the first one, one that others share, and each by itself";
}

TEST_F(CloudWatch, AfterAFaultThatMayBeTheContentsCallsAreSharedWhenSomeHaveEnded) {
  std::atomic<bool> well = false;
  Service service([&](const Asked&) {
    std::this_thread::sleep_for(10ms);
    return well ? Says() : Says{500, "", no_date};
  });
  CloudWatchSink& out = sink(service);
  EXPECT_EQ(attempt(out, batch(two)).status, Status::retry);
  well = true;
  clock_.shift(2 * merge_pause);
  for (unsigned round = 0; round < 2; ++round) {
    const std::size_t before = service.asked().size();
    std::vector<Batch> batches;
    for (unsigned i = 0; i < merge_pause_calls; ++i) batches.push_back(batch(two));
    std::vector<const Batch*> all;
    for (const Batch& each : batches) all.push_back(&each);
    for (const Outcome& outcome : attempt_all(out, all)) EXPECT_EQ(outcome.status, Status::delivered);
    EXPECT_EQ(service.asked().size() - before, round == 0 ? merge_pause_calls : 2U);
  }
}

// As a sink's fallback has them: ever more that is older.
TEST_F(CloudWatch, AnOldBacklogDoesntHoldUpWhatIsNew) {
  Service service([](const Asked&) {
    std::this_thread::sleep_for(20ms);
    return Says();
  });
  CloudWatchSink& out = sink(service, "compression: none");
  int old_ended = 0;
  std::deque<Batch> batches;
  const std::function<void()> add_old = [&] {
    if (batches.size() > 40) return;
    batches.push_back(batch({R"({"dt":)" + at(-1h) + R"(,"x":")" + std::string(1'000'000, 'o') + R"("})"}));
    out.attempt(batches.back(), [&](const Outcome&) {
      ++old_ended;
      add_old();
    });
  };
  add_old();
  add_old();
  const Batch fresh = batch({R"({"dt":)" + at(0s) + R"(,"x":")" + std::string(100'000, 'n') + R"("})"});
  std::optional<int> old_before;
  out.attempt(fresh, [&](const Outcome&) { old_before = old_ended; });
  const MonoTime deadline = MonoClock::now() + 20s;
  while (!old_before && MonoClock::now() < deadline) outbound_.poll(deadline);
  ASSERT_TRUE(old_before.has_value());
  EXPECT_LE(*old_before, 3) << "no more than were there before it, and one that was under way";
  sink_.reset();
}

TEST_F(CloudWatch, ADestinationThatIsDeniedDoesntHoldUpTheOthers) {
  Service service([&](const Asked& asked) {
    return asked.text("logStreamName") == "there" ? Says() : error("AccessDeniedException");
  });
  CloudWatchSink& out = sink(service, "stream: \"{s}\", open_streams: 1");
  const Outcome outcome = attempt(out, batch({R"({"s":"not"})", R"({"s":"there"})"}));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_EQ(service.taken(), (std::vector<std::string>{R"({"s":"there"})"}));
}

TEST_F(CloudWatch, GzipThatIsRefusedIsGivenUpForGood) {
  Service service([](const Asked& asked) { return asked.gzip ? error("SerializationException") : Says(); });
  CloudWatchSink& out = sink(service);
  EXPECT_EQ(attempt(out, batch(two)).status, Status::delivered);
  EXPECT_EQ(attempt(out, batch(two)).status, Status::delivered);
  EXPECT_EQ(service.asked().size(), 3U);
}

TEST_F(CloudWatch, ARefusalThatPlainBytesDontMendIsNotGzips) {
  std::atomic<bool> well = false;
  Service service([&](const Asked&) { return well ? Says() : error("InvalidParameterException"); });
  CloudWatchSink& out = sink(service);
  EXPECT_EQ(attempt(out, batch(two)).status, Status::rejected);
  well = true;
  EXPECT_EQ(attempt(out, batch(two)).status, Status::delivered);
  EXPECT_TRUE(service.asked().back().gzip);
  well = false;
  EXPECT_EQ(attempt(out, batch(two)).status, Status::rejected);
  EXPECT_EQ(service.asked().size(), 4U) << "once it was taken, gzip isn't suspected";
}

TEST_F(CloudWatch, ALongRecordIsSplitAndArrivesWhole) {
  Service service([](const Asked&) { return Says(); });
  const std::string record = R"({"x":")" + std::string(2'500'000, 'y') + R"("})";
  const Outcome outcome = attempt(sink(service), batch({record, R"({"a":1})"}));
  EXPECT_EQ(outcome.status, Status::delivered);
  EXPECT_EQ(service.asked().size(), 3U) << "the small one fills a gap";
  std::string joined;
  for (int part = 1; part <= 3; ++part) {
    const std::string mark = " [towline: record 0, part " + std::to_string(part) + " of 3]";
    for (const std::string& text : service.taken())
      if (text.ends_with(mark)) joined += text.substr(0, text.size() - mark.size());
  }
  EXPECT_EQ(joined, record);
}

TEST_F(CloudWatch, ALongEmfRecordIsSetAside) {
  Service service([](const Asked&) { return Says(); });
  const std::string record = R"({"_aws":{"Timestamp":1},"x":")" + std::string(1'100'000, 'y') + R"("})";
  const Outcome outcome = attempt(sink(service, "long_events: truncate"), batch({record}));
  EXPECT_EQ(set_aside(outcome), "0+1 too_large;");
}

TEST_F(CloudWatch, GoesAwayWithAnythingUnderWay) {
  Service service([](const Asked&) {
    std::this_thread::sleep_for(20ms);
    return Says();
  });
  environment_ = {{"AWS_ACCESS_KEY_ID", "AKENV"}, {"AWS_SECRET_ACCESS_KEY", "x"}};
  const Batch sent = batch(two);
  bool called = false;
  for (const auto polls : {0, 1, 5}) {
    CloudWatchSink& out = sink(service, "", ", message: ''");
    out.attempt(sent, [&](const Outcome&) { called = true; });
    for (int i = 0; i < polls; ++i) outbound_.poll(MonoClock::now() + 1ms);
    sink_.reset();
    EXPECT_FALSE(called);
    outbound_.poll(MonoClock::now() + 50ms);
    EXPECT_FALSE(called);
  }
}

}  // namespace
}  // namespace towline::cloudwatch
