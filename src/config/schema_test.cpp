#include "config/schema.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

using namespace std::chrono_literals;

struct Batch {
  ByteSize bytes{10'000'000};
  Limit records;
  Duration age = 5s;
};
const Schema<Batch>& batch_schema() {
  static const Schema<Batch> schema(
      "batch", "How records are grouped.",
      field("bytes", &Batch::bytes, "Size before compression.", between(ByteSize{1}, ByteSize{100'000'000})),
      field("records", &Batch::records, "Records in a request."), field("age", &Batch::age, "How long one waits."),
      check([](const Batch& batch) -> std::optional<std::string> {
        if (batch.age > 1min && batch.records.is_unlimited()) return "a long age needs a limit of records";
        return std::nullopt;
      }));
  return schema;
}

struct Common {
  std::string name;
  Batch batch;
};
const Schema<Common>& common_schema() {
  static const Schema<Common> schema("common", "Shared.", field("name", &Common::name, "A name."),
                                     field("batch", &Common::batch, "Grouping.", batch_schema()));
  return schema;
}

struct Sink {
  Common common{"default name", {.bytes = ByteSize{5}, .records = {}, .age = 1s}};
  std::string host;
  std::uint16_t port = 443;
  std::optional<Batch> extra;
  OrOff<Duration> idle{1min};
};
const Schema<Sink>& sink_schema() {
  static const Schema<Sink> schema(
      "sink `x`", "A sink.", field("host", &Sink::host, "Where to.", required, example("example.com")),
      field("port", &Sink::port, "The port.", between(1, 65'535)), embed(&Sink::common, common_schema()),
      field("extra", &Sink::extra, "Maybe more.", batch_schema()),
      field("idle", &Sink::idle, "Idle limit.", between(1s, 1h)));
  return schema;
}

struct Renames {
  Map<std::string> names;
};
const Schema<Renames>& renames_schema() {
  static const Schema<Renames> schema("rename", "Renames.", whole(&Renames::names, "New names by old.", required));
  return schema;
}

template <class T>
std::string problems_of(const Schema<T>& schema, std::string_view yaml) {
  Problems problems("t.yaml");
  const bool parsed = schema.parse(test::node_of(yaml), problems).has_value();
  EXPECT_EQ(parsed, problems.empty());
  return problems.text();
}

TEST(Schema, DefaultsAreTheMemberInitialisers) {
  Problems problems("t.yaml");
  const auto sink = sink_schema().parse(test::node_of("host: h"), problems);
  ASSERT_TRUE(sink) << problems.text();
  EXPECT_EQ(sink->port, 443);
  EXPECT_EQ(sink->common.name, "default name");
  EXPECT_EQ(sink->common.batch.bytes, ByteSize{5});
  EXPECT_FALSE(sink->extra);
  EXPECT_TRUE(sink->idle);
}

TEST(Schema, EveryFieldIsSet) {
  Problems problems("t.yaml");
  const auto sink = sink_schema().parse(
      test::node_of("{host: h, port: 1, name: n, batch: {bytes: 7B, age: 2s}, extra: {records: 3}, idle: off}"),
      problems);
  ASSERT_TRUE(sink) << problems.text();
  EXPECT_EQ(sink->host, "h");
  EXPECT_EQ(sink->port, 1);
  EXPECT_EQ(sink->common.name, "n");
  EXPECT_EQ(sink->common.batch.bytes, ByteSize{7});
  EXPECT_TRUE(sink->common.batch.records.is_unlimited());
  EXPECT_EQ(sink->common.batch.age, Duration(2s));
  ASSERT_TRUE(sink->extra);
  EXPECT_EQ(sink->extra->records, Limit(3));
  EXPECT_EQ(sink->extra->bytes, ByteSize{10'000'000});
  EXPECT_FALSE(sink->idle);
}

TEST(Schema, ANestedStructWithoutContentKeepsItsDefaults) {
  EXPECT_EQ(problems_of(sink_schema(), "host: h\nbatch:\nextra:\n"), "");
}

TEST(Schema, ReportsEverythingAtOnce) {
  EXPECT_EQ(problems_of(sink_schema(),
                        "prot: 5\n"
                        "port: 0\n"
                        "batch: { bytes: 200MB, aeg: 1s }\n"
                        "extra: { age: 2m }\n"
                        "name: a\n"
                        "name: b\n"
                        "idle: 2h\n"),
            "t.yaml:1:1: error: unknown key `prot`\n"
            "  hint: did you mean `port`?\n"
            "t.yaml:1:1: error: the key `host` is missing\n"
            "  hint: for example host: example.com\n"
            "t.yaml:2:7: error: port: must be 1 to 65535, not `0`\n"
            "t.yaml:3:17: error: batch.bytes: must be 1B to 100MB, not `200MB`\n"
            "t.yaml:3:24: error: batch: unknown key `aeg`\n"
            "  hint: did you mean `age`?\n"
            "t.yaml:4:8: error: extra: a long age needs a limit of records\n"
            "t.yaml:6:1: error: the key `name` is given twice\n"
            "  hint: the one before is on line 5\n"
            "t.yaml:7:7: error: idle: must be 1s to 1h, not `2h`\n");
}

TEST(Schema, AsksTheCheckOnlyWhenTheFieldsAreRight) {
  EXPECT_EQ(problems_of(batch_schema(), "{age: 2m, bytes: x}").find("long age"), std::string::npos);
  EXPECT_NE(problems_of(batch_schema(), "{age: 2m}").find("long age"), std::string::npos);
  EXPECT_EQ(problems_of(batch_schema(), "{age: 2m, records: 9}"), "");
}

TEST(Schema, SaysNothingMoreAboutAValueWhoseVariableIsNotSet) {
  Problems problems("t.yaml");
  const auto node = parse_yaml("bytes: ${SIZE}\nage: 2m\n", test::environment({}), problems);
  EXPECT_FALSE(batch_schema().parse(*node, problems));
  EXPECT_EQ(problems.text(), "t.yaml:1:8: error: the environment variable `SIZE` is not set\n");
}

TEST(Schema, WantsAMap) {
  EXPECT_EQ(problems_of(batch_schema(), "[1]"), "t.yaml:1:1: error: expected a map of settings, not a list\n");
  EXPECT_EQ(problems_of(batch_schema(), "x"), "t.yaml:1:1: error: expected a map of settings, not a text\n");
}

TEST(Schema, WholeTakesTheNodeAsItIs) {
  Problems problems("t.yaml");
  const auto renames = renames_schema().parse(test::node_of("{b: x, a: y}"), problems);
  ASSERT_TRUE(renames);
  EXPECT_EQ(renames->names, (Map<std::string>{{"b", "x"}, {"a", "y"}}));
  EXPECT_EQ(problems_of(renames_schema(), "~"), "t.yaml:1:1: error: expected a map, not nothing\n");
}

TEST(Schema, SkipsKeysOfSomebodyElse) {
  Problems problems("t.yaml");
  const std::vector<std::string_view> others{"type", "inputs"};
  EXPECT_NE(sink_schema().parse_shared(test::node_of("{type: x, inputs: [], host: h}"), problems, others), nullptr);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(sink_schema().parse_shared(test::node_of("{tpye: x, host: h}"), problems, others), nullptr);
  EXPECT_EQ(problems.all()[0].hint, "did you mean `type`?");
}

TEST(Schema, PrintsDefaultsFromTheOuterStruct) {
  const auto& fields = sink_schema().fields();
  ASSERT_EQ(fields.size(), 6U);
  EXPECT_EQ(fields[2].key, "name");
  EXPECT_EQ(fields[2].print(sink_schema().defaults()), "\"default name\"");
  const void* batch = fields[3].nested_object(sink_schema().defaults());
  EXPECT_EQ(fields[3].nested->fields()[0].print(batch), "5B");
  EXPECT_EQ(fields[4].nested_object(sink_schema().defaults()), nullptr);
  EXPECT_EQ(fields[0].bounds, "");
  EXPECT_EQ(fields[1].bounds, "1 to 65535");
}

}  // namespace
}  // namespace towline::config
