#include "config/describe.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

enum class Mode : std::uint8_t { fast, medium, exact };
constexpr auto config_values(Mode) {
  return std::to_array<Choice<Mode>>(
      {{Mode::fast, "fast", "Speed | first."}, {Mode::medium, "5", ""}, {Mode::exact, "exact", "Truth first."}});
}

struct Tls {
  std::string certificate;
};
const Schema<Tls>& tls_schema() {
  static const Schema<Tls> schema("tls", "Encryption.",
                                  field("certificate", &Tls::certificate, "A PEM file.", required, example("/a.pem")));
  return schema;
}

struct Batch {
  std::uint32_t records = 5;
};
const Schema<Batch>& batch_schema() {
  static const Schema<Batch> schema("batch", "Grouping.",
                                    field("records", &Batch::records, "How many.", between(1, 10)));
  return schema;
}

struct Example {
  std::string host;
  Mode mode = Mode::fast;
  std::optional<std::string> path;
  Batch batch{7};
  std::optional<Tls> tls;
};
const Schema<Example>& example_schema() {
  static const Schema<Example> schema(
      "example", "An example.", field("host", &Example::host, "Where to.", required, example("\"${HOST}\"")),
      field("mode", &Example::mode, "How."), field("path", &Example::path, "Which.", example("/x")),
      field("batch", &Example::batch, "How records are grouped.", batch_schema()),
      field("tls", &Example::tls, "Encryption, if given.", tls_schema()));
  return schema;
}

TEST(Describe, MarkdownTable) {
  EXPECT_EQ(markdown_table(example_schema(), example_schema().defaults()),
            "| Key | Value | Default | Meaning |\n"
            "|---|---|---|---|\n"
            "| `host` | text | required | Where to. For example `\"${HOST}\"`. |\n"
            "| `mode` | one of fast, 5, exact | `fast` | How. `fast`: Speed \\| first. `exact`: Truth first. |\n"
            "| `path` | text | none | Which. For example `/x`. |\n"
            "| `batch` | settings |  | How records are grouped. |\n"
            "| `batch.records` | whole number | `7` | How many. From 1 to 10. |\n"
            "| `tls` | settings | absent | Encryption, if given. |\n"
            "| `tls.certificate` | text | required | A PEM file. For example `/a.pem`. |\n");
}

TEST(Describe, ReferenceYaml) {
  const std::string yaml = reference_yaml(example_schema(), example_schema().defaults(), 2);
  EXPECT_EQ(yaml,
            "  # Where to.\n"
            "  host: \"${HOST}\"\n"
            "  # How. `fast`: Speed | first. `exact`: Truth first.\n"
            "  # mode: fast\n"
            "  # Which.\n"
            "  path: /x\n"
            "  # How records are grouped.\n"
            "  batch:\n"
            "    # How many. From 1 to 10.\n"
            "    # records: 7\n"
            "  # Encryption, if given.\n"
            "  # tls:\n"
            "    # A PEM file.\n"
            "    # certificate: /a.pem\n");
  Problems problems("reference.yaml");
  const auto node = parse_yaml(yaml, test::environment({{"HOST", "h"}}), problems);
  ASSERT_TRUE(node);
  const auto parsed = example_schema().parse(*node, problems);
  ASSERT_TRUE(parsed) << problems.text();
  EXPECT_EQ(parsed->batch.records, 7U);
}

TEST(Describe, JsonSchema) {
  EXPECT_EQ(json_schema(tls_schema(), tls_schema().defaults()).dump(), R"({
  "description": "Encryption.",
  "type": "object",
  "properties": {
    "certificate": {
      "type": [
        "string",
        "number",
        "boolean"
      ],
      "description": "A PEM file."
    }
  },
  "required": [
    "certificate"
  ],
  "additionalProperties": false
})");
  const std::string text = json_schema(example_schema(), example_schema().defaults()).dump();
  EXPECT_NE(text.find("\"How many. From 1 to 10. Default: 7\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"enum\""), std::string::npos);
}

TEST(Describe, CommentsAreWrapped) {
  const std::string comment = yaml_comment(std::string(60, 'a') + " " + std::string(60, 'b') + " c", 4);
  EXPECT_EQ(comment, "    # " + std::string(60, 'a') + "\n    # " + std::string(60, 'b') + " c\n");
}

}  // namespace
}  // namespace towline::config
