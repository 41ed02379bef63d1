// The rows of the catalogue are its tests: each example is found wherever it may stand in a text, and each
// counter-example is left alone. What no row can say is in detectors_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/scanner.hpp"

namespace towline::redact {
namespace {

std::string redact(std::string_view text, Scanner& scanner) {
  std::string out;
  scanner.scan(text);
  scanner.append_redacted(text, out);
  return out;
}

// What stands before and behind an example.
struct Surroundings {
  std::string before;
  std::string after;
};

const std::vector<Surroundings>& surroundings() {
  static const std::vector<Surroundings> all = {
      {"", ""},
      {"(", ")"},
      {"[", "]"},
      {"<", ">"},
      {"{\"m\": \"", "\"}"},
      {"'", "'"},
      {"at first ", ""},
      {"", " at the end"},
      {"some words, ", " and more"},
      {"x: ", "."},
      {"", ","},
      {"", ";"},
      {"", ".\n"},
      {"\t", "\t"},
      {"\n", "\n"},
      {"a\\n", "\\n"},
      {"\\t", ""},
      {"\x1B[35m", "\x1B[0m"},
      {"\x1B[1;31m", "\x1B[m"},
      {"[1m", ""},
  };
  return all;
}

class Catalogue : public testing::TestWithParam<const Detector*> {
 protected:
  const Detector& row() const { return *GetParam(); }
};

TEST_P(Catalogue, SaysWhatItIs) {
  EXPECT_FALSE(row().name.empty());
  EXPECT_TRUE(row().description.ends_with('.')) << row().description;
  EXPECT_TRUE(row().validation.ends_with('.')) << row().validation;
  EXPECT_FALSE(row().examples.empty());
  EXPECT_FALSE(row().counter_examples.empty());
  EXPECT_FALSE(row().anchors.empty() && row().shapes == Shape::none);
  for (const Example& example : row().examples) EXPECT_NE(example.text, example.becomes);
}

TEST_P(Catalogue, FindsItsExamplesAnywhere) {
  const Detector* const alone[] = {&row()};
  Scanner scanner(alone);
  for (const Example& example : row().examples) {
    for (const auto& [before, after] : surroundings()) {
      const std::string expected = before + std::string(example.becomes) + after;
      EXPECT_EQ(redact(before + std::string(example.text) + after, scanner), expected);
    }
  }
}

TEST_P(Catalogue, FindsItsExamplesWithAllOthersAround) {
  std::vector<const Detector*> detectors = default_detectors();
  if (!row().by_default) detectors.push_back(&row());
  Scanner scanner(detectors);
  for (const Example& example : row().examples) {
    const std::string found = redact(example.text, scanner);
    EXPECT_EQ(redact("some words, " + std::string(example.text) + " and more", scanner),
              "some words, " + found + " and more");
    EXPECT_NE(found, example.text);
  }
}

TEST_P(Catalogue, FindsEachOfSeveral) {
  const Detector* const alone[] = {&row()};
  Scanner scanner(alone);
  for (const Example& example : row().examples) {
    for (const std::string between : {" and ", "\n", ",\t", "\\n", " | "}) {
      const std::string text = std::string(example.text) + between + std::string(example.text);
      const std::string expected = std::string(example.becomes) + between + std::string(example.becomes);
      EXPECT_EQ(redact(text, scanner), expected);
    }
  }
}

TEST_P(Catalogue, RedactingTwiceIsRedactingOnce) {
  const Detector* const alone[] = {&row()};
  Scanner by_itself(alone);
  Scanner with_all(all_detectors);
  for (const Example& example : row().examples) {
    for (const auto& [before, after] : surroundings()) {
      const std::string text = before + std::string(example.text) + after;
      for (Scanner* scanner : {&by_itself, &with_all}) {
        const std::string once = redact(text, *scanner);
        EXPECT_EQ(redact(once, *scanner), once);
      }
    }
  }
}

TEST_P(Catalogue, LeavesItsCounterExamplesAlone) {
  const Detector* const alone[] = {&row()};
  Scanner scanner(alone);
  for (const std::string_view counter : row().counter_examples) {
    const std::string text(counter);
    EXPECT_EQ(redact(text, scanner), text);
    EXPECT_EQ(redact("see " + text + " there", scanner), "see " + text + " there");
    EXPECT_EQ(redact("(" + text + ")", scanner), "(" + text + ")");
    EXPECT_EQ(redact("\"" + text + "\"", scanner), "\"" + text + "\"");
  }
}

// A text may be cut anywhere.
TEST_P(Catalogue, PartsOfExamplesAreNoTrouble) {
  Scanner scanner(all_detectors);
  for (const Example& example : row().examples) {
    for (std::size_t i = 0; i < example.text.size(); ++i) {
      redact(example.text.substr(i), scanner);
      redact(example.text.substr(0, i), scanner);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Catalogue, testing::ValuesIn(all_detectors),
                         [](const auto& row) { return std::string(row.param->name); });

TEST(Catalogue, NamesAreDifferent) {
  for (const Detector* a : all_detectors) {
    const auto same = [&](const Detector* b) { return a->name == b->name; };
    EXPECT_EQ(std::count_if(all_detectors.begin(), all_detectors.end(), same), 1) << a->name;
  }
}

TEST(Catalogue, AddressesOfMachinesAndWalletsAreLeftAloneByDefault) {
  std::vector<std::string_view> others;
  for (const Detector* detector : all_detectors) {
    if (!detector->by_default) others.push_back(detector->name);
  }
  EXPECT_EQ(others, (std::vector<std::string_view>{"ipv4", "ipv6", "crypto_wallet"}));
}

// No counter-example of one detector is an example of another that is used by default, unless it says so here.
TEST(Catalogue, ExamplesOfEachLandInOnePlace) {
  Scanner scanner(default_detectors());
  for (const Detector* detector : all_detectors) {
    for (const Example& example : detector->examples) {
      if (!detector->by_default) continue;
      EXPECT_EQ(redact(example.text, scanner), example.becomes) << detector->name;
    }
  }
}

}  // namespace
}  // namespace towline::redact
