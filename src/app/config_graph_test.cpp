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

// A transform with two routes and what matches none, each of which may be read by the sink.
std::vector<GraphNode> with_routes(const std::vector<std::string>& read) {
  std::vector<GraphNode> nodes{{ComponentKind::source, "app", {1, 1}, {}, false},
                               {ComponentKind::transform, "t", {2, 1}, {{"app", {2, 2}}}, false},
                               {ComponentKind::route, "t.a", {3, 1}, {{"t", {3, 1}}}, false},
                               {ComponentKind::route, "t.b", {4, 1}, {{"t", {4, 1}}}, false},
                               {ComponentKind::route, "t._unmatched", {5, 1}, {{"t", {5, 1}}}, true},
                               {ComponentKind::sink, "s", {6, 1}, {}, false}};
  for (const std::string& id : read) nodes.back().inputs.push_back({id, {6, 2}});
  return nodes;
}

TEST(ConfigGraph, RoutesAreReadLikeTransforms) {
  const auto problems_with = [](const std::vector<std::string>& read) {
    config::Problems problems("g");
    check_graph(with_routes(read), problems);
    return problems.text();
  };
  EXPECT_EQ(problems_with({"t.a", "t.b"}), "") << "nobody has to read what matches no route";
  EXPECT_EQ(problems_with({"t.a", "t.b", "t._unmatched", "t"}), "");
  EXPECT_EQ(problems_with({"t", "t.a"}),
            "g:4:1: error: nothing reads the route `t.b`\n"
            "  hint: name it in the inputs of a transform or a sink, or remove it\n");
  EXPECT_EQ(problems_with({"t.a", "t.b", "t.aa"}),
            "g:6:2: error: there is no source or transform `t.aa`\n  hint: did you mean `t.a`?\n");
}

TEST(ConfigGraph, WhatNobodyHasToReadIsLeftOut) {
  EXPECT_EQ(reading_order(with_routes({"t.a", "t.b"})), (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_EQ(reading_order(with_routes({"t.a", "t.b", "t._unmatched"})), (std::vector<std::size_t>{1, 2, 3, 4}));
}

TEST(ConfigGraph, ACircleMayLeadThroughARoute) {
  std::vector<GraphNode> nodes = with_routes({"t.a", "t.b"});
  nodes[1].inputs.push_back({"t.a", {2, 9}});
  config::Problems problems("g");
  check_graph(nodes, problems);
  EXPECT_EQ(problems.text(), "g:3:1: error: transforms read each other in a circle: t -> t.a -> t\n");
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
