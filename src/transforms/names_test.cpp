#include "transforms/names.hpp"

#include <gtest/gtest.h>

#include "record/parsed_text_test_support.hpp"

namespace towline::transforms {
namespace {

TEST(Names, FindsTheFirstOfEqualOnes) {
  Names names;
  for (const char* name : {"b", "a", "", "b", "ab", "", "b"}) names.add(name);
  names.compare();
  ASSERT_EQ(names.size(), 7U);
  const std::size_t expected[] = {0, 1, 2, 0, 4, 2, 0};
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names.first(i), expected[i]) << i;
  EXPECT_EQ(names[4], "ab");
}

TEST(Names, DecodesKeys) {
  const record::ParsedText text(R"({"a\"":1,"b":2,"\u0062":3})");
  Names names;
  for (record::NodeId id = text.record.first_child(0); id != record::no_node; id = text.record.next_sibling(id))
    names.add_key(text.record, id);
  names.compare();
  EXPECT_EQ(names[0], "a\"");
  EXPECT_EQ(names.first(2), 1U);
}

TEST(Names, AreForgotten) {
  Names names;
  names.add("a");
  names.clear();
  names.add("b");
  names.compare();
  EXPECT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0], "b");
}

TEST(Names, LongNamesWithOneBeginningTakeLittleTime) {
  Names names;
  const std::string beginning(200, 'x');
  for (int i = 0; i < 60'000; ++i) names.add(beginning + std::to_string(i % 30'000));
  names.compare();
  for (std::size_t i = 0; i < names.size(); ++i) ASSERT_EQ(names.first(i), i % 30'000);
}

}  // namespace
}  // namespace towline::transforms
