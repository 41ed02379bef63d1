// Statements of VRL and the steps that they become.
#include "app/commands/import/vrl/program.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "app/commands/import/checks.hpp"
#include "app/commands/import/vrl/parser.hpp"
#include "app/components.hpp"

namespace towline::app::migration::vrl {
namespace {

std::string shown(const Nodes& nodes) {
  std::string out;
  for (const Node& node : nodes) {
    if (!node.is_step() && !node.is_fork()) continue;
    if (!out.empty()) out += " | ";
    if (node.is_step())
      out += node.step + ": " + node.settings.dump_compact();
    else
      out += node.condition + " ? (" + shown(node.yes) + ") : (" + shown(node.no) + ")";
  }
  return out;
}

struct Outcome {
  std::string steps;
  std::string remarks;
  std::vector<std::string> comments;
  bool raw = false;
};

Outcome run(std::string_view program, bool raw = false, bool drop_on_abort = true) {
  Remarks remarks;
  Place place(remarks);
  const Context context{place, "t", 99, raw, drop_on_abort, [](const std::string& step, const Yaml& settings) {
                          return step_problem(all_components(), step, settings);
                        }};
  const Converted converted = convert_program(parse(program, 1), context);
  std::ostringstream text;
  remarks.print("f", text);
  Outcome outcome{shown(converted.nodes), text.str(), {}, converted.raw};
  for (const Node& node : converted.nodes)
    outcome.comments.insert(outcome.comments.end(), node.comments.begin(), node.comments.end());
  return outcome;
}

struct Row {
  const char* program;
  const char* steps;
};

void expect_all(const std::vector<Row>& table, bool raw = false) {
  for (const Row& row : table) {
    const Outcome outcome = run(row.program, raw);
    EXPECT_EQ(outcome.steps, row.steps) << row.program;
    EXPECT_EQ(outcome.remarks, "") << row.program;
  }
}

TEST(VrlProgram, FieldsAreMovedCopiedAndRemoved) {
  expect_all({
      {".dt = del(.timestamp)", "rename: { timestamp: dt }"},
      {".a = del(.b.c)", "copy: { b.c: a } | remove: [b.c]"},
      {".a.b = del(.c)", "rename: { c: a.b }"},
      {".a.b = del(.a.c)", "rename: { a.c: b }"},
      {".a.\"x.y\" = del(.a.c)", "rename: { a.c: 'x\\.y' }"},
      {".a = del(.b[0])", "copy: { b.0: a } | remove: [b.0]"},
      {".a = .b", "copy: { b: a }"},
      {".a = string!(.b.c)", "copy: { b.c: a }"},
      {".a = .a", ""},
      {".a = string!(.a)", ""},
      {"del(.a)", "remove: [a]"},
      {"_ = del(.a.b)", "remove: [a.b]"},
      {"del(.\"a.b\")", "remove: ['a\\.b']"},
      {". = remove!(., [\"a\", \"b\"])", "remove: [a.b]"},
      {".", ""},
      {".a", ""},
      {"true", ""},
  });
}

TEST(VrlProgram, ValuesAreSet) {
  expect_all({
      {".a = \"x\"", "set: { a: x }"},
      {".a = 1", "set: { a: 1 }"},
      {".a = -2.5", "set: { a: -2.5 }"},
      {".a = true", "set: { a: true }"},
      {".a = null", "set: { a: null }"},
      {".a = \"1\"", "set: { a: \"1\" }"},
      {".a = \"100% {x}\"", "set: { a: \"100%% {{x}}\" }"},
      {".a = \"${ENV}-{x}\"", "set: { a: \"${ENV}-{{x}}\" }"},
      {".a = s'\\d'", "set: { a: '\\d' }"},
      {".a = get_env_var!(\"REGION\")", "set: { a: \"${REGION}\" }"},
      {".a = get_env_var(\"REGION\") ?? \"none\"", "set: { a: \"${REGION:-none}\" }"},
      {".a = get_hostname!()", "set: { a: \"{host.name}\" }"},
      {".a = .b + \"-\" + string!(.c.d)", "set: { a: \"{b}-{c.d}\" }"},
      {".a = to_string!(.b)", "set: { a: \"{b}\" }"},
      {".a = to_string(.b) ?? \"\"", "set: { a: \"{b}\" }"},
      {".a = to_string!(.host.name)", "set: { a: '{\\host.name}' }"},
      {"x = .b\n.a = \"<{{ x }}>\"", "set: { a: \"<{b}>\" }"},
      {".a = {\"b\": 1, \"c\": .d}", "remove: [a] | set: { a.b: 1 } | copy: { d: a.c }"},
      {". |= {\"a\": 1, \"b\": \"x\"}", "set: { a: 1 } | set: { b: x }"},
      {". = merge(., {\"a\": 1})", "set: { a: 1 }"},
      {".a = merge(.a, {\"b\": 1})", "set: { a.b: 1 }"},
      {". = {\"message\": .message, \"severity\": .level, \"c\": 1}",
       "copy: { level: severity } | set: { c: 1 } | keep_only: { fields: [message, severity, c], always: [] }"},
  });
}

TEST(VrlProgram, TextsAreRedacted) {
  expect_all({
      {".m = redact(.m, filters: [\"us_social_security_number\"])", "redact: { detect: [us_ssn], fields: [] }"},
      {". = redact(., [r'\\d+', r'(a|b)c', r'[(]x', r'(?i)y'])",
       "redact: { detect: [], fields: [], patterns: { pattern_1: '\\d+', pattern_2: \"((a|b)c)\", pattern_3: \"[(]x\", "
       "pattern_4: \"(?i)y\" } }"},
      {".m = redact(.m, filters: [{\"type\": \"pattern\", \"patterns\": [\"a.b\", r'c']}])",
       "redact: { detect: [], fields: [], patterns: { pattern_1: 'a\\.b', pattern_2: c } }"},
      {".a = redact(.b, filters: [r'x'])",
       "copy: { b: a } | redact: { detect: [], fields: [], patterns: { pattern_1: x } }"},
      {".m = replace(string!(.m), r'\\d{16}', \"[REDACTED]\")",
       "redact: { detect: [], fields: [], patterns: { pattern_1: '\\d{16}' } }"},
      // A condition only makes it less.
      {"if length(.m) > 5 { .m = redact(.m, filters: [r'x']) }",
       "redact: { detect: [], fields: [], patterns: { pattern_1: x } }"},
      {"if exists(.z) { .m = redact(.m, filters: [r'x']) }",
       "redact: { detect: [], fields: [], patterns: { pattern_1: x } }"},
      // Behind what flattens or cuts it is no valid configuration.
      {".a = 1\n. = flatten(.)\n.m = truncate(.m, limit: 9)\n.m = redact(.m, filters: [r'x'])",
       "set: { a: 1 } | redact: { detect: [], fields: [], patterns: { pattern_1: x } } | flatten: {} | "
       "truncate: { fields: [m], bytes: 9, suffix: \"\" }"},
      {". = flatten(.)\nif exists(.z) { .m = redact(.m, filters: [r'x']) }",
       "redact: { detect: [], fields: [], patterns: { pattern_1: x } } | flatten: {}"},
  });
}

TEST(VrlProgram, JsonInATextIsParsed) {
  expect_all({
      {".m = parse_json!(.m)", "parse_json: { field: m }"},
      {".x = parse_json(.m) ?? {}", "parse_json: { field: m, target: x, overwrite: true, keep: true }"},
      {". = merge(., parse_json!(string!(.m)))",
       "parse_json: { field: m, target: \".\", overwrite: true, keep: true }"},
      {". |= object!(parse_json!(.m))", "parse_json: { field: m, target: \".\", overwrite: true, keep: true }"},
      {"x = parse_json(.m) ?? {}\n. = merge(., x)",
       "parse_json: { field: m, target: \".\", overwrite: true, keep: true }"},
      {"x, err = parse_json(.m)\nif err == null { . = merge(., x) } else { log(\"no\") }",
       "parse_json: { field: m, target: \".\", overwrite: true, keep: true }"},
      {"x, err = parse_json(.m)\nif err != null { log(\"no\") } else {\n  .x = x\n  del(.m)\n}",
       "parse_json: { field: m, target: x, overwrite: true }"},
      {"x, err = parse_json(.m)\nif is_null(err) { .x = x }",
       "parse_json: { field: m, target: x, overwrite: true, keep: true }"},
      {"if is_string(.m) { .m = parse_json!(.m) }", "parse_json: { field: m }"},
  });
}

TEST(VrlProgram, TheLineItselfIsParsedAlready) {
  for (const char* program : {
           ". = parse_json!(.message)",
           ". = parse_json!(string!(.message))",
           ". = merge(., parse_json!(.message))",
           ". |= parse_json(.message) ?? {}",
           "x = parse_json!(.message)\ndel(.message)\n. = merge(., x)",
           "x, err = parse_json(.message)\nif err == null { . = x }",
           "if is_json(string!(.message)) { . = parse_json!(.message) }",
       }) {
    const Outcome outcome = run(program, true);
    EXPECT_EQ(outcome.steps, "") << program;
    EXPECT_EQ(outcome.remarks, "") << program;
    EXPECT_FALSE(outcome.raw) << program;
  }
  expect_all(
      {
          {"x = parse_json!(.message)\n.level = x.level\n.id = x.user.id", "copy: { user.id: id }"},
          {". = parse_json!(.message)\n.message = parse_json!(.message)", "parse_json: { field: message }"},
          {"x, err = parse_json(.message)\nif err == null { .json = true }",
           "{ $.towline.error NOT EXISTS } ? (set: { json: true }) : ()"},
          {".message = redact(.message, filters: [r'x'])",
           "redact: { detect: [], fields: [], patterns: { pattern_1: x } }"},
      },
      true);
  const Outcome looks = run("if contains(string!(.message), \"x\") { .a = 1 }\n.b = .message", true);
  EXPECT_EQ(looks.steps, "{ $.message = \"*x*\" } ? (set: { a: 1 }) : () | copy: { message: b }");
  EXPECT_EQ(looks.remarks,
            "f:1: t: it looks at `message`, which is the whole line there; of a line that is JSON it is a field here\n"
            "  hint: name the fields that are meant\n");
  EXPECT_TRUE(looks.raw);
}

TEST(VrlProgram, TimesAreRead) {
  expect_all({
      {".timestamp = parse_timestamp!(.timestamp, format: \"%+\")",
       "parse_timestamp: { field: timestamp, target: timestamp, formats: [iso8601] }"},
      {".dt = parse_timestamp!(.time, \"%Y-%m-%d %H:%M:%S%.3f %:z\")",
       "parse_timestamp: { field: time, target: dt, formats: [\"%Y-%m-%d %H:%M:%S%.f %z\"], keep_original: true }"},
      {".t = parse_timestamp(.t, \"%F\") ?? parse_timestamp(.t, \"%D\") ?? now()",
       "parse_timestamp: { field: t, target: t, formats: [\"%F\", \"%D\"] }"},
      {".t = to_timestamp!(.t)", "parse_timestamp: { field: t, target: t }"},
      {".t = from_unix_timestamp!(.t, unit: \"milliseconds\")",
       "parse_timestamp: { field: t, target: t, formats: [epoch_ms] }"},
      {".t = from_unix_timestamp!(.t)", "parse_timestamp: { field: t, target: t, formats: [epoch_s] }"},
      {".dt = format_timestamp!(.t, format: \"%+\")", "parse_timestamp: { field: t, target: dt, keep_original: true }"},
      {".t = format_timestamp!(parse_timestamp!(.t, \"%s\"), \"%+\")",
       "parse_timestamp: { field: t, target: t, formats: [epoch_s] }"},
      {"ts = parse_timestamp!(.t, \"%+\")\n.t = ts", "parse_timestamp: { field: t, target: t, formats: [iso8601] }"},
  });
}

TEST(VrlProgram, LevelsAndTextsAreShaped) {
  expect_all({
      {".level = upcase(string!(.level))", "level: { style: upper }"},
      {".level = downcase!(.level)", "level: { style: lower }"},
      {".level = upcase(to_string!(.severity))", "level: { field: severity, style: upper, keep_original: true }"},
      {".severity = upcase!(.severity)", "level: { field: severity, target: severity, style: upper }"},
      {". = flatten(.)", "flatten: {}"},
      {".a = flatten(.a, \"_\")", "flatten: { field: a, separator: _ }"},
      {".m = truncate(.m, limit: 100, suffix: \"...\")", "truncate: { fields: [m], bytes: 103, suffix: \"...\" }"},
  });
}

TEST(VrlProgram, ConditionsDropAndFork) {
  expect_all({
      {"if .level == \"debug\" { abort }", "drop_if: '{ $.level = \"debug\" }'"},
      {"if .level == \"debug\" {\n  abort\n} else {\n  .a = 1\n}",
       "drop_if: '{ $.level = \"debug\" }' | set: { a: 1 }"},
      {"abort", "drop_if: '\" \"'"},
      {"if .a == 1 { .b = 2 }", "{ $.a = 1 } ? (set: { b: 2 }) : ()"},
      {"if .a == 1 { .b = 2 } else { .b = 3 }", "{ $.a = 1 } ? (set: { b: 2 }) : (set: { b: 3 })"},
      {"if .a == 1 { .b = 2 } else if .a == 2 { abort } else { .b = 4 }",
       "{ $.a = 1 } ? (set: { b: 2 }) : (drop_if: \"{ $.a = 2 }\" | set: { b: 4 })"},
      {".b = if .a == 1 { \"x\" } else { \"z\" }", "{ $.a = 1 } ? (set: { b: x }) : (set: { b: z })"},
      {"if .a == 1 { if .b == 2 { .c = 3 } }", "{ $.a = 1 } ? ({ $.b = 2 } ? (set: { c: 3 }) : ()) : ()"},
      // What does nothing without the field needs no condition.
      {"if exists(.a) { .b = del(.a) }", "rename: { a: b }"},
      {"if .a != null { .b = .a.c }", "copy: { a.c: b }"},
      {"if !is_null(.a) { del(.a) }", "remove: [a]"},
      {"if exists(.a) { .b = .c }", "{ $.a EXISTS } ? (copy: { c: b }) : ()"},
      {"if exists(.a) { .b = 1 }", "{ $.a EXISTS } ? (set: { b: 1 }) : ()"},
      {"if exists(.a) { .a = parse_timestamp!(.a, \"%+\") }",
       "{ $.a EXISTS } ? (parse_timestamp: { field: a, target: a, formats: [iso8601] }) : ()"},
      {"if length(.x) > 1 { }", ""},
  });
}

TEST(VrlProgram, VariablesStandForWhatTheyWereGiven) {
  expect_all({
      {"x = .a\n.b = x", "copy: { a: b }"},
      {"x = \"v\"\n.b = x\n.c = x", "set: { b: v } | set: { c: v }"},
      {"x = {\"a\": {\"b\": 1}}\n.c = x.a.b", "set: { c: 1 }"},
      {"x = .a\ny = x\n.b = y.c", "copy: { a.c: b }"},
      {"level = downcase(string!(.level))\nif level == \"debug\" { abort }",
       "drop_if: \"{ $.level = %(?i)^debug$% }\""},
  });
  EXPECT_NE(
      run("x = .a\n.a = 1\n.b = x").remarks.find("f:3: t: `.b = x`: it isn't known here what the variable `x` holds"),
      std::string::npos);
  EXPECT_NE(run("if .c == 1 { x = .a }\n.b = x").remarks.find("the variable `x` holds"), std::string::npos);
  EXPECT_NE(run("x = .a\nif .c == 1 { x = .d }\n.b = x").remarks.find("the variable `x` holds"), std::string::npos);
  std::string doubling = "x = .a\n";
  for (int i = 0; i < 100; ++i) doubling += "x = x + x\n";
  EXPECT_NE(run(doubling + ".b = x").remarks, "");
}

TEST(VrlProgram, WhatAVariableTookIsGone) {
  expect_all({
      {"x = del(.a)\n.b = x", "rename: { a: b }"},
      {"x = del(.a)\n.c = 1", "set: { c: 1 } | remove: [a]"},
      {"x = del(.a)\nif .c == 1 { .b = x }", "{ $.c = 1 } ? (rename: { a: b }) : () | remove: [a]"},
      {". = merge(., parse_json!(del(.m)))", "parse_json: { field: m, target: \".\", overwrite: true }"},
      {".x = parse_json!(del(.m))", "parse_json: { field: m, target: x, overwrite: true }"},
  });
  EXPECT_EQ(run("x = del(.a)\n.a = 1").remarks,
            "f:1: t: `del(.a)`: it is written again before it would be removed here\n");
  EXPECT_EQ(run("x = sha2(del(.a))\n.b = x").steps, "remove: [a]");
}

TEST(VrlProgram, WhatHasNoStepIsARemark) {
  struct Refused {
    const char* program;
    const char* remark;
  };
  const Refused table[] = {
      {".a = sha2(.b)", "f:1: t: `.a = sha2(.b)`: there is no step for the function `sha2`\n  hint: `redact` with"},
      {"\n.a = now()", "f:2: t: `.a = now()`: there is no step for the function `now`"},
      {".a = .b + 1 * 2", "no step calculates"},
      {".a = .b || \"x\"", "no step sets a field only where it is missing"},
      {".a = [1, 2]", "no step sets a list"},
      {".a = {}", "no step sets an empty object"},
      {".a = {\"b\": .a.c}", "it is made of what it replaces"},
      {".a = {\"b\": 1, \"c\": .a.b}", "it is made of what it replaces"},
      {". = {\"a\": .b, \"b\": .a}", "a member is made of what another one replaces"},
      {". = .a", "no step puts an object in the place of the record"},
      {".a[-1] = 1", "there is no path like `.a[-1]` here"},
      {"%a = 1", "records have no metadata here"},
      {"log(\"x\")", "steps don't write to the log"},
      {"for_each(.a) -> |k, v| { log(k) }", "there is no step for the function `for_each`"},
      {".a = map_values(.a) -> |v| { v }", "there is no step for the function `map_values`"},
      {".name = upcase(.name)", "no step changes the case of a text"},
      {".a = replace(.a, \"x\", \"y\")", "no step replaces parts of a text"},
      {".a = redact(.a, filters: [\"credit_card\"])", "it has no filter that is known here"},
      {".a = parse_timestamp!(.a, \"%+\", timezone: \"Europe/Berlin\")", "depend on the season"},
      {".a = parse_timestamp!(.a, \"%Q\")", "not a pattern for times"},
      {".a = format_timestamp!(.a, \"%F\")", "always written as RFC 3339"},
      {". = parse_json!(.m)", "Vector puts it in the place of all other fields"},
      {".a = parse_json!(.b).c", "only all of the JSON in a text"},
      {"if length(.a) > 1 { .b = 1 }", "there is nothing like the function `length` in conditions"},
      {"x, err = parse_json(.m)\nif err != null { .bad = true }", "steps leave what they can't do"},
      {"x, err = parse_json(.m)\nif err == null { .x = x\n.y = 1 }", "whether an earlier step succeeded"},
      {".a = to_string(.b) ?? \"none\"", "nothing is set, not the default"},
      {". = merge(., .a)", "no step puts the members of one object into another one"},
      {".a = \"unclosed", "it can't be read: a quote is not closed"},
      {".m = truncate(.m, 0)", "bytes"},
      {"if .a == 1 {\n  .b = 1\n  .c = md5(.d)\n}", "f:3: t: `.c = md5(.d)`: there is no step"},
  };
  for (const Refused& row : table) {
    const Outcome outcome = run(row.program);
    EXPECT_NE(outcome.remarks.find(row.remark), std::string::npos) << row.program << "\n" << outcome.remarks;
  }
  EXPECT_NE(run("if .a == 1 { abort }", false, false).remarks.find("`drop_on_abort: false`"), std::string::npos);
  EXPECT_NE(run(".a = parse_json!(.message)", true).remarks.find("is the record itself here"), std::string::npos);
}

TEST(VrlProgram, AStatementIsConvertedAsAWholeOrNotAtAll) {
  EXPECT_EQ(run(".a = {\"b\": 1, \"c\": sha2(.d)}").steps, "");
  EXPECT_EQ(run(".a = 1\n.b = sha2(.c)\n.d = 2").steps, "set: { a: 1 } | set: { d: 2 }");
  // But for redaction, of which as much is done as can be.
  EXPECT_EQ(run(". = redact(., [r'x', r'(?=y)', \"unknown\"])").steps,
            "redact: { detect: [], fields: [], patterns: { pattern_1: x } }");
  EXPECT_NE(run(". = redact(., [r'x', r'(?=y)'])").remarks, "");
}

TEST(VrlProgram, CommentsStay) {
  EXPECT_EQ(run("# why\n.a = 1").comments, std::vector<std::string>{"why"});
  const Outcome refused = run("# why\n.a = sha2(.b)");
  ASSERT_EQ(refused.comments.size(), 2U);
  EXPECT_EQ(refused.comments[0], "why");
  EXPECT_TRUE(refused.comments[1].starts_with("TODO: line 2, t: `.a = sha2(.b)`: there is no step"));
}

}  // namespace
}  // namespace towline::app::migration::vrl
