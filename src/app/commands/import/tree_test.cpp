#include "app/commands/import/tree.hpp"

#include <gtest/gtest.h>

namespace towline::app::migration {
namespace {

// "key:line=value" for each scalar.
std::string shown(const Tree& tree, const std::string& path = {}) {
  std::string out;
  for (const TreeEntry& entry : tree.entries) out += shown(entry.value, path + "/" + entry.key);
  for (std::size_t i = 0; i < tree.items.size(); ++i) out += shown(tree.items[i], path + "/" + std::to_string(i));
  if (tree.is_list() || tree.is_map()) return out;
  constexpr const char* kinds[] = {"null", "text", "number", "boolean"};
  return path + ":" + std::to_string(tree.line) + " " + kinds[static_cast<int>(tree.kind)] + " " + tree.text + "\n";
}

std::string read(std::string_view text, Format format) {
  config::Problems problems("x");
  const std::optional<Tree> tree = read_tree(text, format, problems);
  return tree ? shown(*tree) : problems.text();
}

constexpr const char* both =
    "/data_dir:1 text /var\n"
    "/sources/app/type:4 text socket\n"
    "/sources/app/max_length:5 number 1024\n"
    "/sources/app/ratio:6 number 0.5\n"
    "/sources/app/on:7 boolean true\n"
    "/sources/app/names/0:8 text a\n"
    "/sources/app/names/1:8 text ${B}\n"
    "/sources/app/quoted:9 text 12\n";

TEST(ImportTree, YamlAndTomlGiveTheSame) {
  EXPECT_EQ(read("data_dir: /var\nsources:\n  app:\n    type: socket\n    max_length: 1024\n    ratio: 0.5\n"
                 "    on: true\n    names: [a, '${B}']\n    quoted: \"12\"\n",
                 Format::yaml),
            both);
  EXPECT_EQ(read("data_dir = '/var'\n\n[sources.app]\ntype = \"socket\"\nmax_length = 1_024\nratio = 0.5\n"
                 "on = true\nnames = ['a', \"${B}\"]\nquoted = '12'\n",
                 Format::toml),
            both);
}

TEST(ImportTree, TomlKeepsTheOrderOfTheFile) {
  EXPECT_EQ(read("z = 1\na = 2\n[t]\ny.b = 3\ny.a = 4\nd = 2026-01-02\n[[l]]\nx = 5\n", Format::toml),
            "/z:1 number 1\n/a:2 number 2\n/t/y/b:4 number 3\n/t/y/a:5 number 4\n/t/d:6 text 2026-01-02\n"
            "/l/0/x:8 number 5\n");
}

TEST(ImportTree, NothingIsNull) {
  EXPECT_EQ(read("", Format::yaml), ":0 null \n");
  EXPECT_EQ(read("a:\n", Format::yaml), "/a:1 null \n");
}

std::uint32_t text_line(std::string_view text, Format format) {
  config::Problems problems("x");
  const std::optional<Tree> tree = read_tree(text, format, problems);
  return tree && tree->find("s") != nullptr ? tree->find("s")->text_line : 999;
}

TEST(ImportTree, KnowsTheLinesOfATextOfSeveral) {
  EXPECT_EQ(text_line("a: 1\ns: |\n  one\n  two\n", Format::yaml), 3U);
  EXPECT_EQ(text_line("s: |-\n\n  one\n", Format::yaml), 2U);
  EXPECT_EQ(text_line("s: >\n  one\n  two\n", Format::yaml), 0U);
  EXPECT_EQ(text_line("s: \"one\\ntwo\"\n", Format::yaml), 0U);
  EXPECT_EQ(text_line("\ns: 'one'\n", Format::yaml), 2U);
  EXPECT_EQ(text_line("a = 1\ns = '''\none\ntwo'''\n", Format::toml), 3U);
  EXPECT_EQ(text_line("a = 1\ns = \"\"\"one\ntwo\"\"\"\n", Format::toml), 2U);
  EXPECT_EQ(text_line("a = 'caf\xC3\xA9'\ns = 'one'\n", Format::toml), 2U);
}

TEST(ImportTree, SaysWhereItCanNotBeRead) {
  EXPECT_NE(read("a: [", Format::yaml).find("x:1:1: error: not valid YAML"), std::string::npos)
      << read("a: [", Format::yaml);
  EXPECT_NE(read("a = 1\nb = ${X}\n", Format::toml).find("x:2:5: error: not valid TOML"), std::string::npos)
      << read("a = 1\nb = ${X}\n", Format::toml);
  EXPECT_NE(read(std::string(2'000'000, '#'), Format::toml).find("longer than"), std::string::npos);
}

TEST(ImportTree, TheEndingTellsTheFormat) {
  EXPECT_EQ(format_of("x.toml"), Format::toml);
  EXPECT_EQ(format_of("x.yaml"), Format::yaml);
  EXPECT_EQ(format_of("x.yml"), Format::yaml);
  EXPECT_EQ(format_of("x.json"), Format::yaml);
  EXPECT_EQ(format_of("toml"), std::nullopt);
}

}  // namespace
}  // namespace towline::app::migration
