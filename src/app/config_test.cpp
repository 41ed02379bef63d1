#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/fake_components.hpp"
#include "app/routes.hpp"
#include "transforms/match_filter.hpp"

namespace towline::app {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

std::string problems_of(std::string_view text) {
  config::Problems problems("t.yaml");
  const auto config = load_config(text, fake::environment(), fake::registry(), problems);
  EXPECT_EQ(config.has_value(), problems.empty());
  return problems.text();
}

constexpr std::string_view good = R"(
data_dir: /var/lib/towline
memory: 64MiB
admin: { listen: off }
shutdown: { budget: 9s, read: 1s }
log: { level: warn, format: json }
health: { oldest_held_limit: 1m }
sources:
  app: { type: tcp, listen: "127.0.0.1:9000", max_connections: 5 }
  app_udp: { type: udp, listen: ":9000" }
transforms:
  errors:
    inputs: [clean]
    steps: []
  clean:
    inputs: [app, app_udp]
    steps:
      - rename: { timestamp: dt, msg: message }
      - redact: {}
      - redact:
sinks:
  out: { type: remote, inputs: [clean], host: h, token: t, in_flight: 2 }
  err: { type: remote, inputs: [errors, app], token: file:/run/token }
)";

TEST(LoadConfig, AWholeConfiguration) {
  config::Problems problems("t.yaml");
  const auto config = load_config(good, fake::environment(), fake::registry(), problems);
  ASSERT_TRUE(config) << problems.text();
  EXPECT_EQ(config->settings.data_dir, "/var/lib/towline");
  EXPECT_EQ(config->settings.memory, config::mebibytes(64));
  EXPECT_FALSE(config->settings.admin.listen);
  EXPECT_EQ(config->settings.shutdown.budget, Duration(9s));
  EXPECT_EQ(config->settings.log.level, diagnostics::Severity::warn);
  EXPECT_EQ(config->settings.log.format, diagnostics::Format::json);

  ASSERT_EQ(config->sources.size(), 2U);
  EXPECT_EQ(config->sources[1].id, "app_udp");
  EXPECT_EQ(config->sources[1].type->name, "udp");
  EXPECT_EQ(config->sources[0].mark, (config::Mark{9, 3}));
  EXPECT_EQ(static_cast<const fake::SourceSettings*>(config->sources[0].config.get())->max_connections, 5U);

  ASSERT_EQ(config->transforms.size(), 2U);  // `clean` first: `errors` reads it
  EXPECT_EQ(config->transforms[0].id, "clean");
  EXPECT_EQ(config->transforms[0].inputs, (std::vector<std::string>{"app", "app_udp"}));
  ASSERT_EQ(config->transforms[0].steps.size(), 3U);
  EXPECT_EQ(config->transforms[0].steps[2].type->name, "redact");
  const auto* rename = static_cast<const fake::RenameSettings*>(config->transforms[0].steps[0].config.get());
  EXPECT_EQ(rename->names, (config::Map<std::string>{{"timestamp", "dt"}, {"msg", "message"}}));
  EXPECT_EQ(config->transforms[1].id, "errors");

  ASSERT_EQ(config->sinks.size(), 2U);
  EXPECT_EQ(config->sinks[0].delivery().in_flight, 2U);
  EXPECT_EQ(config->sinks[1].inputs, (std::vector<std::string>{"errors", "app"}));
}

std::string routed(std::string_view routes, std::string_view inputs) {
  return "sources: { app: { type: tcp, listen: ':0' } }\n"
         "transforms:\n"
         "  clean:\n"
         "    inputs: [app]\n"
         "    steps: []\n"
         "    routes: " +
         std::string(routes) + "\nsinks: { s: { type: remote, token: t, inputs: " + std::string(inputs) + " } }\n";
}

const transforms::RouteConfig& route_of(const ConfiguredTransform& transform) {
  EXPECT_EQ(transform.steps.size(), 1U);
  EXPECT_EQ(transform.steps.front().type->name, "route");
  return *static_cast<const transforms::RouteConfig*>(transform.steps.front().config.get());
}

TEST(LoadConfig, RoutesAreTransformsBehindTheirs) {
  config::Problems problems("t.yaml");
  const auto config = load_config(routed("{ errors: '{ $.level = \"ERROR\" }', slow: '{ $.ms > 500 }' }",
                                         "[clean.errors, clean._unmatched, clean.slow]"),
                                  fake::environment(), fake::registry(), problems);
  ASSERT_TRUE(config) << problems.text();
  ASSERT_EQ(config->transforms.size(), 4U);
  EXPECT_EQ(config->transforms[0].id, "clean");
  const char* ids[] = {"clean", "clean.errors", "clean.slow", "clean._unmatched"};
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(config->transforms[i].id, ids[i]);
    EXPECT_EQ(config->transforms[i].inputs, std::vector<std::string>{"clean"});
  }
  EXPECT_EQ(config->transforms[1].mark, (config::Mark{6, 15}));
  const transforms::RouteConfig& slow = route_of(config->transforms[2]);
  ASSERT_EQ(slow.conditions.size(), 1U);
  EXPECT_EQ(slow.conditions[0].text(), "{ $.ms > 500 }");
  EXPECT_EQ(slow.when_matched, transforms::WhenMatched::keep);
  const transforms::RouteConfig& unmatched = route_of(config->transforms[3]);
  EXPECT_EQ(unmatched.conditions.size(), 2U);
  EXPECT_EQ(unmatched.when_matched, transforms::WhenMatched::filter);
}

TEST(LoadConfig, WhatMatchesNoRouteNeedsNoReader) {
  config::Problems problems("t.yaml");
  const auto config =
      load_config(routed("{ a: A }", "[clean, clean.a]"), fake::environment(), fake::registry(), problems);
  ASSERT_TRUE(config) << problems.text();
  ASSERT_EQ(config->transforms.size(), 2U);
  EXPECT_EQ(config->transforms[1].id, "clean.a");
}

TEST(LoadConfig, SaysWhatIsWrongWithRoutes) {
  EXPECT_EQ(problems_of(routed("{ a: A, b: '{ $.b = }' }", "[clean.a, clean.b, clean.c]")),
            "t.yaml:6:33: error: transforms.clean.routes.b: expected a value after `=`\n"
            "t.yaml:7:66: error: there is no source or transform `clean.c`\n  hint: did you mean `clean.a`?\n");
  EXPECT_EQ(problems_of(routed("{ a: A, b: B }", "[clean]")),
            "t.yaml:6:15: error: nothing reads the route `clean.a`\n"
            "  hint: name it in the inputs of a transform or a sink, or remove it\n"
            "t.yaml:6:21: error: nothing reads the route `clean.b`\n"
            "  hint: name it in the inputs of a transform or a sink, or remove it\n");
  EXPECT_THAT(problems_of(routed("{}", "[clean]")),
              HasSubstr("6:13: error: transforms.clean.routes: at least one is needed"));
  EXPECT_THAT(problems_of(routed("[a]", "[clean]")), HasSubstr("expected a map of names to conditions, not a list"));
  EXPECT_THAT(problems_of(routed("", "[clean]")), HasSubstr("expected a map of names to conditions, not nothing"));
  EXPECT_THAT(problems_of(routed("{ a: { $.a = 1 } }", "[clean.a]")), HasSubstr("put it in single quotes"));
  EXPECT_THAT(problems_of(routed("{ a: A, a: B }", "[clean.a]")), HasSubstr("the key `a` is given twice"));
  EXPECT_THAT(problems_of(routed("{ _unmatched: A }", "[clean]")), HasSubstr("`_unmatched` is there by itself"));
  for (const char* name : {"a.b", "'a b'", "''", "a2345678901234567890123456789012x"})
    EXPECT_THAT(problems_of(routed("{ " + std::string(name) + ": A }", "[clean]")),
                HasSubstr("not the name of a route"));
}

TEST(LoadConfig, ATransformMayReadARouteButNotItsOwn) {
  const std::string text = problems_of(
      "sources: { app: { type: tcp, listen: ':0' } }\n"
      "transforms:\n"
      "  b: { inputs: [a.x], steps: [] }\n"
      "  a: { inputs: [app, a._unmatched], steps: [], routes: { x: X } }\n"
      "sinks: { s: { type: remote, token: t, inputs: [b] } }\n");
  EXPECT_EQ(text, "t.yaml:4:56: error: transforms read each other in a circle: a -> a._unmatched -> a\n");
}

TEST(LoadConfig, RoutesHaveLimits) {
  std::string routes = "{ a0: A";
  std::string inputs = "[clean.a0";
  for (std::size_t i = 1; i <= routes_max; ++i) routes += ", a" + std::to_string(i) + ": A";
  for (std::size_t i = 1; i < routes_max; ++i) inputs += ", clean.a" + std::to_string(i);
  EXPECT_THAT(problems_of(routed(routes + " }", inputs + "]")), HasSubstr("routes: more than 64 routes"));

  std::string text = "sources: { app: { type: tcp, listen: ':0' } }\ntransforms:\n";
  for (std::size_t i = 0; i < components_max / 4; ++i)
    text += "  t" + std::to_string(i) + ": { inputs: [app], steps: [], routes: { a: A, b: B } }\n";
  EXPECT_THAT(problems_of(text + "sinks: { s: { type: remote, token: t, inputs: [app] } }\n"),
              HasSubstr("more than 1000 components"));
}

// The folder of replayed dead letters is called `replay.SINK`.
TEST(LoadConfig, ATransformCalledReplayHasNoRoutes) {
  EXPECT_THAT(problems_of("sources: { app: { type: tcp, listen: ':0' } }\n"
                          "transforms: { replay: { inputs: [app], steps: [], routes: { s: A } } }\n"
                          "sinks: { s: { type: remote, token: t, inputs: [replay.s] } }\n"),
              HasSubstr("2:59: error: transforms.replay.routes: a transform with the id `replay` can't have routes"));
}

TEST(LoadConfig, AnIdHasNoDot) {
  EXPECT_THAT(problems_of("sources: { a.b: { type: tcp, listen: ':0' } }\n"
                          "sinks: { s: { type: remote, token: t, inputs: [a.b] } }\n"),
              HasSubstr("1:12: error: sources.a.b: not an id"));
}

TEST(LoadConfig, Defaults) {
  config::Problems problems("t.yaml");
  const auto config = load_config(
      "sources: { a: { type: tcp, listen: ':0' } }\n"
      "sinks: { b: { type: remote, inputs: [a], token: t } }\n",
      fake::environment(), fake::registry(), problems);
  ASSERT_TRUE(config) << problems.text();
  EXPECT_FALSE(config->settings.data_dir);
  EXPECT_EQ(config->settings.memory, config::mebibytes(32));
  EXPECT_EQ(config->settings.admin.listen, (config::Endpoint{"127.0.0.1", 8686}));
  EXPECT_EQ(config->settings.shutdown.budget, Duration(25s));
  EXPECT_EQ(config->settings.health.oldest_held_limit, Duration(5min));
}

TEST(LoadConfig, AnEmptyDataDirIsNone) {
  for (const char* empty : {"data_dir: ''\n", "data_dir: \"${NOTHING:-}\"\n"}) {
    config::Problems problems("t.yaml");
    const auto config = load_config(std::string(empty) +
                                        "sources: { a: { type: tcp, listen: ':0' } }\n"
                                        "sinks: { b: { type: remote, inputs: [a], token: t } }\n",
                                    fake::environment(), fake::registry(), problems);
    ASSERT_TRUE(config) << problems.text();
    EXPECT_FALSE(config->settings.data_dir) << empty;
  }
}

TEST(LoadConfig, SaysEverythingThatIsWrong) {
  const std::string text = R"(memroy: 64MiB
memory: 1k
shutdown: { budget: 1 }
sources:
  app: { typ: tcp }
  web: { type: htpp }
  bad id: { type: tcp, listen: "127.0.0.1" }
transforms:
  clean:
    inputs: [ap, web]
    stesp: []
    steps:
      - renam: { a: b }
      - redact
      - redact: { fields: password }
sinks:
  out:
    type: remote
    inputs: [clean, clean, out]
    token: ${TOKEN}
    batch: { bytes: 10XB }
  app: { type: remote, inputs: [app], token: t }
)";
  EXPECT_EQ(problems_of(text),
            "t.yaml:1:1: error: unknown key `memroy`\n"
            "  hint: did you mean `memory`?\n"
            "t.yaml:2:9: error: memory: must be 4MiB to 1TiB, not `1k`\n"
            "t.yaml:3:21: error: shutdown.budget: expected a duration, not `1`\n"
            "  hint: write a number with its unit: 250ms, 5s, 1h30m, 7d\n"
            "t.yaml:5:8: error: sources.app: the key `type` is missing\n"
            "  hint: known: tcp, udp\n"
            "t.yaml:6:16: error: sources.web: there is no source type `htpp`\n"
            "  hint: known: tcp, udp\n"
            "t.yaml:7:3: error: sources.bad id: not an id\n"
            "  hint: an id is 1 to 64 letters, digits, underscores or hyphens\n"
            "t.yaml:7:3: error: nothing reads the source `bad id`\n"
            "  hint: name it in the inputs of a transform or a sink, or remove it\n"
            "t.yaml:7:32: error: sources.bad id.listen: expected an address with a port, not `127.0.0.1`\n"
            "  hint: the port is missing, as in 127.0.0.1:9000\n"
            "t.yaml:10:14: error: there is no source or transform `ap`\n"
            "  hint: did you mean `app`?\n"
            "t.yaml:11:5: error: transforms.clean: unknown key `stesp`\n"
            "  hint: did you mean `steps`?\n"
            "t.yaml:13:9: error: transforms.clean.steps[0]: there is no step `renam`\n"
            "  hint: did you mean `rename`?\n"
            "t.yaml:14:9: error: transforms.clean.steps[1]: a step is a map with one key, its name\n"
            "  hint: for example - redact: {}\n"
            "t.yaml:15:27: error: transforms.clean.steps[2].redact.fields: expected a list, not `password`\n"
            "  hint: a list is written [a, b]\n"
            "t.yaml:19:21: error: the input `clean` is given twice\n"
            "t.yaml:19:28: error: `out` is a sink: it has no output to read\n"
            "t.yaml:20:12: error: the environment variable `TOKEN` is not set\n"
            "t.yaml:21:21: error: sinks.out.batch.bytes: expected a size, not `10XB`\n"
            "  hint: write a whole number with a unit: 10MB, 32MiB, 512k\n"
            "t.yaml:22:3: error: the id `app` is already that of a source on line 5\n");
}

std::string with_sinks(const std::string& sinks) {
  return "sources: { app: { type: tcp, listen: ':1' } }\n"
         "transforms: { clean: { inputs: [app], steps: [] } }\n"
         "sinks:\n" +
         sinks;
}

TEST(LoadConfig, TheFilterOfASinkStandsInFrontOfIt) {
  config::Problems problems("t.yaml");
  const auto config = load_config(with_sinks("  all: { type: remote, inputs: [clean], token: t }\n"
                                             "  errors: { type: remote, inputs: [clean], token: t, filter: ERROR }\n"
                                             "  none: { type: remote, inputs: [clean], token: t, filter: '${F:-}' }\n"),
                                  fake::environment(), fake::registry(), problems);
  ASSERT_TRUE(config) << problems.text();
  EXPECT_EQ(config->sinks[0].inputs, std::vector<std::string>{"clean"});
  EXPECT_EQ(config->sinks[1].inputs, std::vector<std::string>{"errors.filter"});
  EXPECT_EQ(config->sinks[2].inputs, std::vector<std::string>{"clean"}) << "an empty variable is no condition";
  ASSERT_EQ(config->transforms.size(), 2U);
  const ConfiguredTransform& filter = config->transforms[1];
  EXPECT_EQ(filter.id, "errors.filter");
  EXPECT_EQ(filter.inputs, std::vector<std::string>{"clean"});
  ASSERT_EQ(filter.steps.size(), 1U);
  EXPECT_EQ(filter.steps[0].type->name, "filter");
}

TEST(LoadConfig, SaysWhereAFilterIsWrong) {
  EXPECT_EQ(problems_of(with_sinks("  a: { type: remote, inputs: [clean], token: t, filter: '{ $.a }' }\n")),
            "t.yaml:4:64: error: sinks.a.filter: expected =, !=, <, <=, >, >=, IS, EXISTS or NOT EXISTS\n");
  EXPECT_THAT(problems_of(with_sinks("  replay: { type: remote, inputs: [clean], token: t, filter: ERROR }\n")),
              HasSubstr("t.yaml:4:62: error: sinks.replay.filter: a sink with the id `replay` can't have a filter"));
  EXPECT_THAT(problems_of(with_sinks("  a: { type: remote, inputs: [nope], token: t, filter: ERROR }\n")),
              HasSubstr("t.yaml:4:31: error: there is no source or transform `nope`"));
  EXPECT_THAT(problems_of(with_sinks("  a: { type: remote, inputs: [clean], token: t, filter: ERROR }\n"
                                     "  b: { type: remote, inputs: [a.filter], token: t }\n")),
              HasSubstr("t.yaml:5:31: error: `a.filter` is the filter of a sink, which alone reads it"));
}

TEST(LoadConfig, ChecksFallbacks) {
  const auto sink = [](const std::string& id, const std::string& fallback) {
    return "  " + id + ": { type: remote, inputs: [clean], token: t, fallback: " + fallback + " }\n";
  };
  EXPECT_EQ(problems_of(with_sinks(sink("a", "b") + sink("b", "c") + sink("c", "''"))), "");
  EXPECT_EQ(problems_of(with_sinks(sink("a", "bb") + sink("b", "c") + sink("c", "c"))),
            "t.yaml:4:59: error: there is no sink `bb`\n"
            "  hint: did you mean `b`?\n"
            "t.yaml:6:59: error: a sink can't be its own fallback\n");
  EXPECT_EQ(problems_of(with_sinks(sink("a", "b") + sink("b", "c") + sink("c", "b"))),
            "t.yaml:5:59: error: sinks are each other's fallback: b -> c -> b\n");
  EXPECT_THAT(problems_of(with_sinks(sink("a", "clean"))), HasSubstr("there is no sink `clean`"));
  EXPECT_THAT(problems_of(with_sinks("  a: { type: remote, inputs: [clean], token: t, after: 0s }\n")),
              HasSubstr("sinks.a.after: must be 1s to 1d, not `0s`"));
}

TEST(LoadConfig, NeedsASourceAndASink) {
  EXPECT_EQ(problems_of(""),
            "t.yaml: error: sources: at least one is needed\nt.yaml: error: sinks: at least one is needed\n");
  EXPECT_THAT(problems_of("sources:\nsinks: {}\n"), HasSubstr("t.yaml:2:8: error: sinks: at least one is needed\n"));
  EXPECT_THAT(problems_of("sources: [a]\n"), HasSubstr("sources: expected a map of ids, not a list"));
  EXPECT_THAT(problems_of("sources: {a: tcp}\n"), HasSubstr("sources.a: expected a map of settings, not a text"));
  EXPECT_THAT(problems_of("just text\n"), HasSubstr("expected a map of settings, not a text"));
}

TEST(LoadConfig, WhatATransformAndASinkMustHave) {
  const std::string text = problems_of(
      "sources: { a: { type: [tcp] } }\n"
      "transforms: { t: {}, u: { inputs: [], steps: {} } }\n"
      "sinks: { s: { type: remote, token: t }, s: { type: remote, inputs: a, token: t } }\n");
  EXPECT_THAT(text, HasSubstr("1:23: error: sources.a: `type` must be a name, not a list"));
  EXPECT_THAT(text, HasSubstr("2:18: error: transforms.t: the key `inputs` is missing"));
  EXPECT_THAT(text, HasSubstr("2:18: error: transforms.t: the key `steps` is missing"));
  EXPECT_THAT(text, HasSubstr("2:35: error: transforms.u.inputs: at least one is needed"));
  EXPECT_THAT(text, HasSubstr("2:46: error: transforms.u.steps: expected a list of steps, not a map"));
  EXPECT_THAT(text, HasSubstr("3:13: error: sinks.s: the key `inputs` is missing"));
  EXPECT_THAT(text, HasSubstr("3:41: error: sinks: the key `s` is given twice"));
  EXPECT_THAT(text, HasSubstr("3:68: error: sinks.s.inputs: expected a list, not `a`"));
}

TEST(LoadConfig, HasALimitOfComponents) {
  std::string text = "sources:\n";
  for (std::size_t i = 0; i <= components_max; ++i) text += "  s" + std::to_string(i) + ": {type: tcp, listen: ':1'}\n";
  EXPECT_THAT(problems_of(text), HasSubstr("sources: more than 1000 components"));
}

TEST(LoadConfigFile, AFileThatCannotBeReadIsAProblem) {
  for (const std::string path : {"/nonexistent/towline.yaml", "/"}) {
    config::Problems problems(path);
    EXPECT_FALSE(load_config_file(path, fake::environment(), fake::registry(), problems));
    EXPECT_THAT(problems.text(), HasSubstr(path + ": error: can't be ")) << problems.text();
  }
}

}  // namespace
}  // namespace towline::app
