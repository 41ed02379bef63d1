// The command line.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "app/builtin.hpp"
#include "app/commands/audit.hpp"
#include "app/commands/check.hpp"
#include "app/commands/docs.hpp"
#include "app/commands/healthcheck.hpp"
#include "app/commands/import/import.hpp"
#include "app/commands/ledger.hpp"
#include "app/commands/logs/logs.hpp"
#include "app/commands/replay.hpp"
#include "app/commands/schema.hpp"
#include "app/commands/tap.hpp"
#include "app/commands/test/test.hpp"
#include "app/commands/top/top.hpp"
#include "app/components.hpp"
#include "app/config.hpp"
#include "app/run.hpp"
#include "base/version.hpp"
#include "config/value.hpp"

namespace towline::app {

namespace {

constexpr int usage_error = 2;

int run_command(const std::string& file) {
  const config::Environment environment = process_environment();
  config::Problems problems(file.empty() ? std::string(builtin_name) : file);
  std::optional<RootConfig> config;
  if (file.empty()) {
    const Result<std::string> destination = builtin_destination(environment);
    if (!destination) {
      std::cerr << "towline: " << destination.error().message << '\n';
      return usage_error;
    }
    config = load_config(builtin_config(*destination, environment), environment, all_components(), problems);
  } else {
    config = load_config_file(file, environment, all_components(), problems);
  }
  if (!config) {
    problems.print(std::cerr);
    return usage_error;
  }
  return run_daemon(*config);
}

std::optional<std::string> admin_listen() {
  return process_environment()("TOWLINE_ADMIN_LISTEN");
}

// For the commands that ask the daemon. What it says by TOWLINE_ADMIN_LISTEN and TOWLINE_ADMIN_TOKEN is read later.
struct AdminOptions {
  AdminAddress address = {};
  std::string token_file = {};

  AdminAddress resolved() const {
    AdminAddress resolved = address;
    resolved.admin_listen = admin_listen();
    resolved.token = admin_token(token_file, process_environment());
    return resolved;
  }
};

void add_admin_options(CLI::App& command, AdminOptions& admin) {
  command.add_option("--url,--admin", admin.address.url,
                     "Address of the admin listener, such as http://127.0.0.1:8686");
  command.add_option("--token-file", admin.token_file,
                     "File with the admin token, where admin.token is set; else TOWLINE_ADMIN_TOKEN");
}

void add_run(CLI::App& app, int& exit_code) {
  static std::string file;
  CLI::App* command = app.add_subcommand("run", "Run the daemon");
  command->add_option("--config,-c", file,
                      "Configuration file; without it the built-in one, which the environment steers");
  command->callback([&exit_code] { exit_code = run_command(file); });
}

void add_check(CLI::App& app, int& exit_code) {
  static std::vector<std::string> files;
  CLI::App* command = app.add_subcommand("check", "Say everything that is wrong with configuration files");
  command->add_option("FILE", files, "Configuration files")->required();
  command->callback([&exit_code] {
    exit_code = check_command(files, process_environment(), all_components(), std::cout, std::cerr);
  });
}

// NO_COLOR is the convention of no-color.org; a pipe and a dumb terminal get none either.
bool wants_colour(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* off = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return isatty(STDOUT_FILENO) == 1 && !is_dumb && (off == nullptr || *off == '\0');
}

void add_test(CLI::App& app, int& exit_code) {
  static TestOptions options;
  static std::string colour = "auto";
  CLI::App* command = app.add_subcommand("test", "Send sample records through the transforms, compare what comes out");
  command->add_option("FILE", options.file, "Configuration file")->required();
  command->add_option("CASES", options.cases,
                      "Cases (.yaml, or folders with input.ndjson and expected.ndjson) and samples (.ndjson, or - for\n"
                      "the standard input); without them the folder `tests` beside FILE");
  command->add_flag("--explain", options.explain, "Show what each step does to each record");
  command->add_flag("--pii", options.pii, "Fail where redaction with its defaults still finds something in the output");
  command->add_flag("--update", options.update, "Write what comes out into the cases as what is expected");
  command->add_option("--junit", options.junit, "Write the results to this file for a CI system");
  command->add_option("--color", colour, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  command->callback([&exit_code] {
    options.colour = wants_colour(colour);
    exit_code = test_command(options, process_environment(), all_components(), std::cin, std::cout, std::cerr);
  });
}

void add_import(CLI::App& app, int& exit_code) {
  static ImportOptions options;
  CLI::App* command =
      app.add_subcommand("import", "Convert a configuration of Vector, and say what could not be converted");
  command->add_option("FILE", options.file, "Vector's configuration: .yaml, .yml, .json or .toml")->required();
  command->add_option("--output,-o", options.output, "Write to this file, which only you can read; else to stdout");
  command->callback([&exit_code] { exit_code = import_command(options, all_components(), std::cout, std::cerr); });
}

void add_healthcheck(CLI::App& app, int& exit_code) {
  static HealthcheckOptions options;
  static bool live = false;
  static bool deep = false;
  CLI::App* command = app.add_subcommand("healthcheck", "Ask the running daemon whether it is well (exit 0 or 1)");
  command->add_option("--url", options.url, "Address of the admin listener, such as http://127.0.0.1:8686");
  CLI::Option* live_flag = command->add_flag("--live", live, "Does the process turn?");
  command->add_flag("--deep", deep, "Are records delivered in time?")->excludes(live_flag);
  command->callback([&exit_code] {
    if (live) options.question = HealthQuestion::live;
    if (deep) options.question = HealthQuestion::deep;
    options.admin_listen = admin_listen();
    exit_code = healthcheck_command(options, std::cout, std::cerr);
  });
}

void add_ledger(CLI::App& app, int& exit_code) {
  static LedgerOptions options;
  static AdminOptions admin;
  CLI::App* command = app.add_subcommand("ledger", "Show the balance of every sink of the running daemon");
  add_admin_options(*command, admin);
  command->add_flag("--json", options.json, "As JSON");
  command->callback([&exit_code] {
    options.admin = admin.resolved();
    exit_code = ledger_command(options, std::cout, std::cerr);
  });
}

void add_audit(CLI::App& app, int& exit_code) {
  static AuditOptions options;
  static AdminOptions admin;
  CLI::App* command = app.add_subcommand("audit", "Show which fields carried what kind of secrets, and how often");
  add_admin_options(*command, admin);
  command->add_flag("--json", options.json, "As JSON");
  command->callback([&exit_code] {
    options.admin = admin.resolved();
    exit_code = audit_command(options, std::cout, std::cerr);
  });
}

void add_replay(CLI::App& app, int& exit_code) {
  static ReplayOptions options;
  static AdminOptions admin;
  CLI::App* command = app.add_subcommand("replay", "Put dead letters back into the streams of the running daemon");
  add_admin_options(*command, admin);
  command->add_option("--sink", options.sink, "Only those of this sink");
  command->add_option("--reason", options.reason, "Only those with this reason, such as rejected or gave_up");
  command->add_option("--since", options.since, "Only those set aside since: 2h, or 2026-11-20T10:00:00Z (UTC)");
  command->callback([&exit_code] {
    options.admin = admin.resolved();
    exit_code = replay_command(options, SystemClock(), std::cout, std::cerr);
  });
}

void add_logs_filter(CLI::App& command, LogsOptions& options) {
  command.add_option("--since", options.since, "From then on: 30m, or 2026-11-20T10:00:00Z")->capture_default_str();
  command.add_option("--until", options.until, "Up to then; without it, up to now");
  command.add_flag("--errors", options.pattern.errors, "Only levels ERROR, FATAL and CRITICAL");
  command.add_option("--category", options.pattern.category, "Only this category; * stands for any text");
  command.add_option("--user", options.pattern.user, "Only records with this user_id");
  command.add_option("--search", options.pattern.search, "Only records that have this text somewhere");
  command.add_option("--filter", options.pattern.filter,
                     "Only what matches a filter pattern, such as\n"
                     "'{ $.status >= 500 }' (docs/conditions.md)");
  command
      .add_option("--field", options.fields,
                  "NAME=PATH: where a record has its time, level, category, user or\n"
                  "message, such as user=user.id")
      ->allow_extra_args(false);
  command.add_option("--stream", options.stream, "Only streams whose names begin so");
  command.add_option("--limit", options.limit, "At most so many, the oldest; 1000, with --follow no limit");
}

void add_logs_place(CLI::App& command, LogsOptions& options) {
  command.add_option("--group", options.group,
                     "Log group of CloudWatch; credentials and region are found as AWS' own\n"
                     "programs find them");
  command.add_option("--query", options.query, "A query of CloudWatch Logs Insights instead of the filters");
  command.add_option("--wait", options.wait, "How long the query may take")->capture_default_str();
  command.add_option("--region", options.region, "AWS region");
  command.add_option("--profile", options.profile, "Profile of the shared AWS files");
  command.add_option("--endpoint", options.endpoint, "URL of CloudWatch Logs, if it isn't the region's own");
  command.add_option("--data-dir", options.data_dir,
                     "A daemon's data directory, running or not: no credentials needed");
  command.add_option("--config,-c", options.config, "Configuration file that says where to read");
}

void add_logs(CLI::App& app, int& exit_code) {
  static LogsOptions options;
  static std::string colour = "auto";
  CLI::App* command = app.add_subcommand("logs", "Show records: from CloudWatch, or from a daemon's data directory");
  add_logs_filter(*command, options);
  add_logs_place(*command, options);
  command->add_flag("--json", options.json, "NDJSON, on a terminal too");
  command->add_flag("--md", options.markdown, "A Markdown table");
  command->add_flag("--follow,-f", options.follow, "Go on with what comes, until Ctrl-C");
  command->add_option("--color", colour, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  command->footer(
      "Reads what --data-dir or --group says. Without them it is the configuration (--config, or the built-in one):\n"
      "its data_dir if stream.keep is on, else the group of its cloudwatch sink. Columns on a terminal, NDJSON in a\n"
      "pipe. docs/logs.md has examples. Exit codes: 0 shown, 1 can't be read, 2 bad usage.");
  command->callback([&exit_code] {
    options.terminal = isatty(STDOUT_FILENO) == 1;
    options.colour = wants_colour(colour);
    exit_code = logs_command(options, process_environment(), all_components(), SystemClock(), std::cout, std::cerr);
  });
}

void add_tap(CLI::App& app, int& exit_code) {
  static TapOptions options;
  static AdminOptions admin;
  static std::string colour = "auto";
  CLI::App* command = app.add_subcommand("tap", "Show redacted records as they pass through the running daemon");
  command->add_option("SELECTOR", options.place,
                      "Where to look: the id of a source, a transform (or transform.route) or a\n"
                      "sink; without it, all that goes to sinks");
  command->add_option("--filter", options.filter,
                      "Only what matches a filter pattern, such as\n"
                      "'{ $.status >= 500 }' (docs/conditions.md)");
  command->add_option("--limit", options.limit, "End after so many");
  command->add_flag("--json", options.json, "NDJSON, on a terminal too");
  command->add_option("--color", colour, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  add_admin_options(*command, admin);
  command->footer(
      "  towline tap                                    what is delivered\n"
      "  towline tap clean --filter '{ $.level = \"ERROR\" }'\n"
      "  towline tap --limit 1 | jq .                   what a record looks like\n"
      "Records are shown redacted or not at all, up to admin.tap.records_per_second, and the flow never waits. "
      "Columns\n"
      "on a terminal, NDJSON in a pipe; Ctrl-C ends it, and says on stderr how many were shown and skipped. The\n"
      "daemon's own user needs no token (docs/tap.md). Exit codes: 0 shown, 1 can't be shown, 2 bad usage.");
  command->callback([&exit_code] {
    options.admin = admin.resolved();
    options.terminal = isatty(STDOUT_FILENO) == 1;
    options.colour = wants_colour(colour);
    exit_code = tap_command(options, process_environment(), SystemClock(), std::cout, std::cerr);
  });
}

// The interval in `text`; one that makes no sense is told by the command line's own means.
std::string read_interval(const std::string& text, Duration& interval) {
  const std::optional<Duration> read = config::parse_duration(text);
  if (!read || *read < top_interval_min || *read > top_interval_max) return "a duration from 200ms to 1h, not " + text;
  interval = *read;
  return {};
}

bool is_screen() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

void add_top(CLI::App& app, int& exit_code) {
  static TopOptions options;
  static AdminOptions admin;
  static std::string colour = "auto";
  CLI::App* command = app.add_subcommand("top", "Show live what moves through the running daemon, and what doesn't");
  static std::string interval = "1s";
  command->add_option("--interval", interval, "Time between two looks; rates are averages over it")
      ->capture_default_str()
      ->check([](const std::string& text) { return read_interval(text, options.interval); });
  command->add_flag("--once", options.once, "One plain table and the end, as where stdout is no terminal");
  command->add_flag("--json", options.json, "GET /status as it is, one line a look; with --once one line");
  command->add_option("--color", colour, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  add_admin_options(*command, admin);
  command->footer(
      "  towline top                      q ends it\n"
      "  towline top --once               for a ticket, or `watch`\n"
      "  towline top --once --json | jq '.sinks[] | {id, held_records, last_error}'\n"
      "HELD is what was accepted and is not settled yet, OLDEST how long the oldest of it has waited: while OLDEST\n"
      "grows, the line below the sink says why. DEAD and DROPPED should be 0. Rates are a second's; a dash means not\n"
      "known yet. In a narrow terminal columns are left out, the least urgent first. NO_COLOR is respected.\n"
      "docs/status-page.md has the meaning of every figure. Exit codes: 0 shown, 1 can't be asked, 2 bad usage.");
  command->callback([&exit_code] {
    options.admin = admin.resolved();
    options.terminal = is_screen();
    options.colour = wants_colour(colour);
    exit_code = top_command(options, std::cout, std::cerr);
  });
}

void add_schema(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of a configuration file");
  command->callback([&exit_code] { exit_code = schema_command(all_components(), std::cout); });
}

void add_docs(CLI::App& app, int& exit_code) {
  static std::string directory = ".";
  static bool check = false;
  CLI::App* command = app.add_subcommand("docs", "Write the generated reference pages");
  command->add_option("DIR", directory, "Root of the project")->capture_default_str();
  command->add_flag("--check", check, "Write nothing; exit 1 where a page differs");
  command->callback([&exit_code] {
    const DocsMode mode = check ? DocsMode::check : DocsMode::write;
    exit_code = docs_command(directory, mode, all_components(), std::cout, std::cerr);
  });
}

}  // namespace

int main_command(int argc, char** argv) {
  CLI::App app(
      "towline takes newline-delimited JSON logs over TCP and UDP, redacts, batches and delivers them,\n"
      "and proves by its ledger that nothing was lost.",
      "towline");
  app.set_version_flag("--version,-V", "towline " + std::string(version()));
  app.require_subcommand(1);
  app.footer(
      "Start with `towline run`; it listens on 127.0.0.1:9000 and prints to the console until it is told\n"
      "where to deliver: BETTERSTACK_SOURCE_TOKEN and BETTERSTACK_INGESTING_HOST, or --config FILE.\n"
      "Exit codes: 0 clean, 1 failed check or records left undelivered, 2 bad configuration or usage.");
  int exit_code = 0;
  add_run(app, exit_code);
  add_check(app, exit_code);
  add_test(app, exit_code);
  add_import(app, exit_code);
  add_healthcheck(app, exit_code);
  add_ledger(app, exit_code);
  add_audit(app, exit_code);
  add_replay(app, exit_code);
  add_logs(app, exit_code);
  add_tap(app, exit_code);
  add_top(app, exit_code);
  add_schema(app, exit_code);
  add_docs(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  return exit_code;
}

}  // namespace towline::app

int main(int argc, char** argv) {
  return towline::app::main_command(argc, argv);
}
