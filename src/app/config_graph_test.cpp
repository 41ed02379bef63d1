#include "app/config_graph.hpp"

#include <gtest/gtest.h>

namespace towline::app {
namespace {

// A graph in a line: ">a b<a c<b,a |d<c" (source a; transforms b, c; sink d). Node n stands on line n + 1.
std::vector<GraphNode> graph(const std::string& text) {
  std::vector<GraphNode> nodes;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::string word = text.substr(begin, text.find(' ', begin) - begin);
    begin += word.size() + 1;
    GraphNode node{ComponentKind::transform, "", {static_cast<std::uint32_t>(nodes.size() + 1), 1}, {}};
    if (word[0] == '>') node.kind = ComponentKind::source;
    if (word[0] == '|') node.kind = ComponentKind::sink;
    if (node.kind != ComponentKind::transform) word.erase(0, 1);
    node.id = word.substr(0, 1);
    for (std::size_t i = 2; i < word.size(); i += 2)
      node.inputs.push_back({word.substr(i, 1), {node.mark.line, static_cast<std::uint32_t>(i)}});
    nodes.push_back(node);
  }
  return nodes;
}

std::string problems_of(const std::string& text) {
  config::Problems problems("g");
  check_graph(graph(text), problems);
  return problems.text();
}

std::string order_of(const std::string& text) {
  const std::vector<GraphNode> nodes = graph(text);
  std::string ids;
  for (const std::size_t i : reading_order(nodes)) ids += nodes[i].id;
  return ids;
}

TEST(ConfigGraph, FindsNothingInAGoodOne) {
  EXPECT_EQ(problems_of(">a >b c<a,b d<c e<c,a |f<d |g<e,d"), "");
  EXPECT_EQ(problems_of(">a |b<a"), "");
}

TEST(ConfigGraph, FindsCircles) {
  EXPECT_EQ(problems_of(">a b<b |c<b,a"), "g:2:2: error: transforms read each other in a circle: b -> b\n");
  EXPECT_EQ(problems_of(">a b<a,d c<b d<c |e<d"),
            "g:3:2: error: transforms read each other in a circle: b -> c -> d -> b\n");
  // Two circles that share a transform are two problems; what only hangs on a circle is none.
  EXPECT_EQ(problems_of(">a b<a,c,d c<b d<b e<d |f<e"),
            "g:3:2: error: transforms read each other in a circle: b -> c -> b\n"
            "g:4:2: error: transforms read each other in a circle: b -> d -> b\n");
}

TEST(ConfigGraph, FindsWhatNobodyReads) {
  EXPECT_EQ(problems_of(">a >b c<a d<c |e<c"),
            "g:2:1: error: nothing reads the source `b`\n"
            "  hint: name it in the inputs of a transform or a sink, or remove it\n"
            "g:4:1: error: nothing reads the transform `d`\n"
            "  hint: name it in the inputs of a transform or a sink, or remove it\n");
}

TEST(ConfigGraph, FindsAnIdInTwoSections) {
  EXPECT_EQ(problems_of(">a a<a |b<a"), "g:2:1: error: the id `a` is already that of a source on line 1\n");
}

TEST(ConfigGraph, ReadingOrderPutsInputsFirstAndKeepsTheRest) {
  EXPECT_EQ(order_of(">a b<a c<a d<c,b |e<d"), "bcd");
  EXPECT_EQ(order_of(">a b<d c<b d<a |e<c"), "dbc");
}

TEST(ConfigGraph, ALongChainIsNoTrouble) {
  std::vector<GraphNode> nodes;
  for (std::size_t i = 0; i < 1000; ++i)
    nodes.push_back({ComponentKind::transform, std::to_string(i), {}, {{std::to_string(i + 1), {}}}});
  EXPECT_EQ(reading_order(nodes).front(), 999U);
}

}  // namespace
}  // namespace towline::app
