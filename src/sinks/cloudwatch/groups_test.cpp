// What isn't there is created, if that is allowed.
#include "sinks/cloudwatch/groups.hpp"

#include <mutex>
#include <set>

#include "sinks/cloudwatch/sink_test_support.hpp"

namespace towline::cloudwatch {
namespace {

using CloudWatchGroups = CloudWatch;

TEST_F(CloudWatchGroups, WhatIsMissingIsCreated) {
  std::mutex mutex;
  std::set<std::string> groups;
  std::set<std::string> streams;
  Service service([&](const Asked& asked) {
    const std::lock_guard lock(mutex);
    const std::string group = asked.text("logGroupName");
    const std::string stream = group + ":" + asked.text("logStreamName");
    if (asked.operation == "CreateLogGroup") {
      EXPECT_EQ(asked.text("kmsKeyId"), "arn:k");
      EXPECT_EQ(asked.text("logGroupClass"), "INFREQUENT_ACCESS");
      EXPECT_EQ(asked.text("tags"), R"({"team":"a\"b"})");
      return groups.insert(group).second ? Says() : error("ResourceAlreadyExistsException");
    }
    if (!groups.contains(group)) return error("ResourceNotFoundException");
    if (asked.operation == "PutRetentionPolicy") {
      EXPECT_EQ(asked.text("retentionInDays"), "30");
    }
    if (asked.operation == "CreateLogStream") streams.insert(stream);
    if (asked.operation == "PutLogEvents" && !streams.contains(stream)) return error("ResourceNotFoundException");
    return Says();
  });
  CloudWatchSink& out = sink(service,
                             "retention_days: 30, kms_key_id: \"arn:k\", log_class: infrequent_access, tags: { team: "
                             "'a\"b' }, stream: \"{s}\"");
  EXPECT_EQ(attempt(out, batch({R"({"s":"1"})"})).status, Status::delivered);
  EXPECT_EQ(service.operations(),
            "PutLogEvents CreateLogStream CreateLogGroup PutRetentionPolicy CreateLogStream PutLogEvents ");
  EXPECT_EQ(attempt(out, batch({R"({"s":"2"})"})).status, Status::delivered);
  EXPECT_EQ(service.asked().size(), 9U) << "put, create the stream, put";
}

TEST_F(CloudWatchGroups, ManyNewStreamsOfANewGroupMakeItOnce) {
  std::mutex mutex;
  std::set<std::string> there;
  std::atomic<int> groups = 0;
  Service service([&](const Asked& asked) {
    const std::lock_guard lock(mutex);
    if (asked.operation == "CreateLogGroup") {
      ++groups;
      there.insert("");
      return Says();
    }
    if (asked.operation == "CreateLogStream" && there.contains("")) there.insert(asked.text("logStreamName"));
    return there.contains(asked.text("logStreamName")) ? Says() : error("ResourceNotFoundException");
  });
  std::vector<std::string> records;
  for (int i = 0; i < 12; ++i) records.push_back(R"({"s":"s)" + std::to_string(i) + R"("})");
  EXPECT_EQ(attempt(sink(service, "stream: \"{s}\""), batch(records)).status, Status::delivered);
  EXPECT_EQ(groups, 1);
  EXPECT_EQ(service.taken().size(), 12U);
}

TEST_F(CloudWatchGroups, WhatMayNotBeCreatedIsSaidAndOtherDestinationsGoOn) {
  Service service([&](const Asked& asked) {
    if (asked.operation == "CreateLogStream") return error("AccessDeniedException");
    return asked.text("logStreamName") == "there" ? Says() : error("ResourceNotFoundException");
  });
  CloudWatchSink& out = sink(service, "stream: \"{s}\", open_streams: 1");
  const Outcome outcome = attempt(out, batch({R"({"s":"not"})", R"({"s":"there"})"}));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_NE(outcome.cause.find("AccessDeniedException"), std::string::npos);
  EXPECT_NE(outcome.cause.find("needs the permission logs:CreateLogStream"), std::string::npos);
  EXPECT_EQ(service.taken(), (std::vector<std::string>{R"({"s":"there"})"}));
}

TEST_F(CloudWatchGroups, WhereNothingMayBeCreatedNothingIsTried) {
  Service service([&](const Asked&) { return error("ResourceNotFoundException"); });
  const Outcome outcome = attempt(sink(service, "create_group: false, create_stream: false"), batch(two));
  EXPECT_EQ(outcome.status, Status::refused);
  EXPECT_NE(outcome.cause.find("create_group is off"), std::string::npos);
  EXPECT_EQ(service.operations(), "PutLogEvents ");
}

TEST_F(CloudWatchGroups, ARetentionThatIsRefusedHoldsNothingUp) {
  std::atomic<bool> group = false;
  std::atomic<bool> stream = false;
  Service service([&](const Asked& asked) {
    if (asked.operation == "PutRetentionPolicy") return error("AccessDeniedException");
    if (asked.operation == "CreateLogGroup") group = true;
    if (asked.operation == "CreateLogStream" && group) stream = true;
    return stream || asked.operation == "CreateLogGroup" ? Says() : error("ResourceNotFoundException");
  });
  EXPECT_EQ(attempt(sink(service, "retention_days: 7"), batch(two)).status, Status::delivered);
}

TEST_F(CloudWatchGroups, ARetentionThatIsThrottledIsPutLater) {
  std::atomic<bool> group = false;
  std::atomic<bool> stream = false;
  std::atomic<int> retentions = 0;
  Service service([&](const Asked& asked) {
    if (asked.operation == "PutRetentionPolicy" && ++retentions == 1) return error("ThrottlingException");
    if (asked.operation == "CreateLogGroup") group = true;
    if (asked.operation == "CreateLogStream" && group) stream = true;
    const bool is_put = asked.operation == "PutLogEvents" || asked.operation == "CreateLogStream";
    return stream || !is_put ? Says() : error("ResourceNotFoundException");
  });
  const Batch sent = batch(two);
  CloudWatchSink& out = sink(service, "retention_days: 7");
  EXPECT_EQ(attempt(out, sent).status, Status::retry);
  EXPECT_EQ(attempt(out, sent).status, Status::delivered);
  EXPECT_EQ(retentions, 2);
}

TEST_F(CloudWatchGroups, AStreamThatStaysAwayIsARetry) {
  Service service([&](const Asked& asked) {
    return asked.operation == "PutLogEvents" ? error("ResourceNotFoundException") : Says();
  });
  EXPECT_EQ(attempt(sink(service), batch(two)).status, Status::retry);
  EXPECT_EQ(service.asked().size(), 5U);
}

}  // namespace
}  // namespace towline::cloudwatch
