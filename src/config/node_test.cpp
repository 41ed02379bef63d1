#include "config/node.hpp"

#include <gtest/gtest.h>

#include "config/test_support.hpp"

namespace towline::config {
namespace {

std::string problems_of(std::string_view text) {
  Problems problems("t.yaml");
  (void)parse_yaml(text, test::environment({}), problems);
  return problems.text();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Node, EveryKeyAndValueKnowsItsPlace) {
  const Node root = test::node_of("a: 1\nb:\n  - x\n  - {c: 'q'}\nn: ~\n");
  ASSERT_TRUE(root.is_map());
  EXPECT_EQ(root.entries[0].key_mark, (Mark{1, 1}));
  EXPECT_EQ(root.entries[0].value.mark, (Mark{1, 4}));
  const Node& list = root.entries[1].value;
  ASSERT_TRUE(list.is_sequence());
  EXPECT_EQ(list.items[0].mark, (Mark{3, 5}));
  EXPECT_EQ(list.items[0].text, "x");
  EXPECT_FALSE(list.items[0].quoted);
  const Node* inner = list.items[1].find("c");
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->mark, (Mark{4, 9}));
  EXPECT_TRUE(inner->quoted);
  EXPECT_TRUE(root.find("n")->is_null());
  EXPECT_EQ(root.find("n")->mark, (Mark{5, 1}));
  EXPECT_EQ(root.find("nothing"), nullptr);
}

// Where the `!` of the value stands, or where its end is.
std::optional<Mark> place_of_mark(std::string_view yaml) {
  const Node root = test::node_of(yaml);
  const Node* value = root.find("k");
  return place_in(*value, std::min(value->text.find('!'), value->text.size()));
}

TEST(Node, KnowsThePlacesInAScalar) {
  EXPECT_EQ(place_of_mark("k: ab!c"), (Mark{1, 6}));
  EXPECT_EQ(place_of_mark("k: abc"), (Mark{1, 7})) << "its end";
  EXPECT_EQ(place_of_mark("a: b\nk: 'ab!'"), (Mark{2, 7}));
  EXPECT_EQ(place_of_mark("k: 'it''s!'"), (Mark{1, 10}));
  EXPECT_EQ(place_of_mark(R"(k: "a\"b\\!")"), (Mark{1, 11}));
  EXPECT_EQ(place_of_mark("k: 'grüß!'"), (Mark{1, 9})) << "characters, not bytes";
  EXPECT_EQ(place_of_mark("\xEF\xBB\xBFk: a!"), (Mark{1, 5}));
  EXPECT_EQ(place_of_mark("k: ''"), (Mark{1, 5}));
}

TEST(Node, SaysWhereAPlaceInAScalarCannotBeTold) {
  for (const char* yaml :
       {"k: |\n  a!\n", "k: >-\n  a!\n", "k: a\n  b!", "k: 'a\n  b!'", R"(k: "\x61!")", "k: ${V:-a!}"})
    EXPECT_FALSE(place_of_mark(yaml)) << yaml;
}

TEST(Node, KeepsDuplicateKeysAndReportsThem) {
  const Node root = test::node_of("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(root.entries.size(), 3U);
  Problems problems("t.yaml");
  check_duplicate_keys(root, problems);
  EXPECT_EQ(problems.text(), "t.yaml:3:1: error: the key `a` is given twice\n  hint: the one before is on line 1\n");
}

TEST(Node, ReplacesVariablesInValuesOnly) {
  Problems problems("t.yaml");
  const auto root = parse_yaml("${K}: ${V}\nlist: [\"${V}\"]\n# ${NOT_LOOKED_AT}\n",
                               test::environment({{"V", "a: {b: [c\n#"}}), problems);
  ASSERT_TRUE(root);
  EXPECT_TRUE(problems.empty()) << problems.text();
  EXPECT_EQ(root->entries[0].key, "${K}");
  EXPECT_EQ(root->entries[0].value.text, "a: {b: [c\n#");
  EXPECT_EQ(root->entries[0].value.shown(), "`${V}`");
  EXPECT_EQ(root->entries[1].value.items[0].text, "a: {b: [c\n#");
}

TEST(Node, AnUnsetVariableIsReportedAndTheRestIsStillParsed) {
  Problems problems("t.yaml");
  const auto root = parse_yaml("a: 1\nb: x${HOST}y\nc: ${OTHER\n", test::environment({}), problems);
  EXPECT_TRUE(root);
  EXPECT_EQ(problems.text(),
            "t.yaml:2:4: error: the environment variable `HOST` is not set\n"
            "t.yaml:3:4: error: `${` without its `}`; for a literal ${ write $${\n");
}

TEST(Node, AnEmptyDocumentIsNull) {
  for (const std::string_view text : {"", "\n", "# only a comment\n", "---\n", "~"})
    EXPECT_TRUE(test::node_of(text).is_null()) << text;
}

struct Bad {
  std::string text;
  std::string message;
};

TEST(Node, RefusesWhatItCannotRead) {
  const std::vector<Bad> table{
      {"a: [1, 2\n", "t.yaml:2:1: error: not valid YAML: end of sequence flow not found\n"},
      {"a: b: c\n", "t.yaml:1:5: error: not valid YAML: illegal map value\n"},
      {"\tx: 1\n", "t.yaml:1:3: error: not valid YAML: illegal map value\n"},
      {"a: &x 1\nb: *x\n",
       "t.yaml:1:4: error: YAML anchors and aliases are not used here\n"
       "  hint: repeat the value, or put text that begins with & or * in quotes\n"},
      {"a: !!binary eA==\n",
       "t.yaml:1:4: error: YAML tags are not used here\n  hint: remove the `!…`; write text in quotes\n"},
      {"{a: 1}: x\n",
       "t.yaml:1:1: error: a key must be plain text\n"
       "  hint: for a variable as the whole value write \"${NAME}\"\n"},
      {"a: 1\n---\nb: 2\n",
       "t.yaml:3:1: error: a second document\n  hint: a configuration is one document: remove the `---`\n"},
      {"a: \xff\n", "t.yaml:1:4: error: not valid UTF-8 text\n"},
      {std::string("a: \0x", 5), "t.yaml:1:4: error: not valid UTF-8 text\n"},
  };
  for (const Bad& bad : table) EXPECT_EQ(problems_of(bad.text), bad.message) << bad.text;
}

TEST(Node, HasLimits) {
  EXPECT_NE(problems_of(repeated("- ", 5000)).find("nested deeper than 64 levels"), std::string::npos);
  EXPECT_NE(problems_of(repeated("[", 100'000)), "");
  EXPECT_EQ(problems_of(repeated("[", 64) + repeated("]", 64)), "");
  EXPECT_NE(problems_of("[" + repeated("1,", 100'000) + "1]").find("more than 100000 values"), std::string::npos);
  EXPECT_EQ(problems_of(std::string((1U << 20U) + 1, '#')), "t.yaml: error: longer than 1048576 bytes\n");
}

}  // namespace
}  // namespace towline::config
