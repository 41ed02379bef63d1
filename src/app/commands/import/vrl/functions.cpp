// Functions whose result is assigned, but for those about times.
#include <algorithm>
#include <array>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/converter.hpp"
#include "app/commands/import/vrl/look.hpp"
#include "config/problems.hpp"

namespace towline::app::migration::vrl {

using Kind = Expr::Kind;

struct Converter::Function {
  std::string_view name;
  Problem (Converter::*convert)(const Path& target, const Expr& call, const Expr* otherwise);
};

const std::vector<Converter::Function>& Converter::functions() {
  static const std::vector<Function> all{
      {"del", &Converter::del},
      {"parse_json", &Converter::parse_json},
      {"merge", &Converter::merge},
      {"redact", &Converter::redact},
      {"replace", &Converter::replace},
      {"upcase", &Converter::change_case},
      {"downcase", &Converter::change_case},
      {"flatten", &Converter::flatten},
      {"truncate", &Converter::truncate},
      {"remove", &Converter::remove_in},
      {"to_string", &Converter::as_text},
      {"get_env_var", &Converter::as_text},
      {"get_hostname", &Converter::as_text},
      {"parse_timestamp", &Converter::parse_timestamp},
      {"to_timestamp", &Converter::any_timestamp},
      {"from_unix_timestamp", &Converter::unix_timestamp},
      {"format_timestamp", &Converter::format_timestamp},
  };
  return all;
}

namespace {

struct Advice {
  std::string_view function;
  const char* instead;
};
constexpr const char* in_the_application = "let the application log these as fields of its JSON";
constexpr std::array<Advice, 12> advice{{
    {"now", "a record without a time gets that of its receipt: `time_field` of the sinks, `dt`"},
    {"encode_json", "objects stay objects here; a sink sends them as JSON"},
    {"to_int", "conditions and metrics need JSON numbers: let the application log some"},
    {"to_float", "conditions and metrics need JSON numbers: let the application log some"},
    {"uuid_v4", "`idempotency_header` of the sinks tells repeated requests apart"},
    {"parse_regex", in_the_application},
    {"parse_key_value", in_the_application},
    {"parse_grok", in_the_application},
    {"parse_syslog", in_the_application},
    {"get_enrichment_table_record", "`enrich` adds what is known about the machine, `set` fixed values"},
    {"sha2", "`redact` with `action: hash` makes tokens that can be searched for"},
    {"encrypt", "`redact` with `action: hash` makes tokens that can be searched for"},
}};

bool is_level_name(const Path& path) {
  if (path.empty()) return false;
  std::string name = path.back().key;
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name.find("level") != std::string::npos || name.find("severity") != std::string::npos || name == "lvl";
}

}  // namespace

Converter::Problem Converter::assign_call(const Path& target, const Expr& call, const Expr* otherwise) {
  for (const Function& function : functions()) {
    if (function.name == call.text && !call.closure) return (this->*function.convert)(target, call, otherwise);
  }
  Refusal refusal{"there is no step for the function " + config::in_quotes(call.text), ""};
  for (const Advice& each : advice) {
    if (each.function == call.text) refusal.instead = each.instead;
  }
  return refusal;
}

Converter::Problem Converter::del(const Path& target, const Expr& call, const Expr*) {
  const Expr* field = argument(call, 0, "target");
  const Path* from = field == nullptr ? nullptr : path_of(*field);
  if (from == nullptr || target.empty()) return Refusal{"only a field can be moved to another one", ""};
  return move(*from, target);
}

Converter::Problem Converter::parse_json(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Path* from = value == nullptr ? nullptr : path_or_deleted(*value);
  if (from == nullptr) return Refusal{"`parse_json` reads a field, nothing else", ""};
  if (raw_ && is_the_line(call)) {
    if (!target.empty()) {
      return Refusal{"a line that is JSON is the record itself here",
                     "its fields are at the top; `nest` puts them below a name"};
    }
    return parsed_line();
  }
  if (!call.path.empty())
    return Refusal{"only all of the JSON in a text can be taken", "`copy` takes parts of it then"};
  if (!target.empty()) return parse_json_of(*from, target, *from != target && path_of(*value) != nullptr);
  remark(call, {},
         {"what is parsed becomes part of the record; Vector puts it in the place of all other fields",
          "`keep_only` takes them out"});
  return parse_json_of(*from, Path(), false);
}

// An empty target is the record itself.
Converter::Problem Converter::parse_json_of(const Path& from, const std::optional<Path>& target, bool keep) {
  const std::optional<std::string> field = our_path(from);
  const std::optional<std::string> to =
      target->empty() ? std::optional<std::string>(ours::the_record) : our_path(*target);
  if (!field || !to) return Refusal{"there is no such path here", ""};
  Yaml settings = Yaml::map().set(ours::field, Yaml::text(*field));
  if (*to != *field) {
    settings.set(ours::target, Yaml::text(*to)).set(ours::overwrite, Yaml::plain("true"));
    if (keep) settings.set(ours::keep, Yaml::plain("true"));
  }
  if (*to != *field && !keep) took_out(from);
  wrote(*target);
  return add(ours::parse_json, std::move(settings), *field);
}

Converter::Problem Converter::merge(const Path& target, const Expr& call, const Expr*) {
  const Expr* to = argument(call, 0, "to");
  const Expr* from = argument(call, 1, "from");
  const Expr* deep = argument(call, 2, "deep");
  const bool same =
      to != nullptr && (target.empty() ? is_event(*to) : path_of(*to) != nullptr && *path_of(*to) == target);
  if (!same || from == nullptr) return Refusal{"only what is merged into itself can be converted", ""};
  const auto is_object = [](const Expr& expr) { return expr.kind == Kind::object; };
  const Expr& inner = bare(*from);
  if (deep != nullptr && bare(*deep).text == "true" &&
      std::any_of(inner.children.begin(), inner.children.end(), is_object))
    return Refusal{"no step merges objects in objects", "`set` sets one member after the other: { a.b: 1 }"};
  return merge_into(target, *from);
}

Converter::Problem Converter::change_case(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Expr* inner = value == nullptr ? nullptr : &bare(*value);
  if (inner != nullptr && is_call(*inner, "to_string")) inner = argument(*inner, 0, "value");
  const Path* from = inner == nullptr ? nullptr : path_of(*inner);
  if (from == nullptr || !is_level_name(target) || !our_path(*from) || !our_path(target))
    return Refusal{"no step changes the case of a text", "`level` does, for levels"};
  const std::string field = *our_path(*from);
  const std::string to = *our_path(target);
  Yaml settings = Yaml::map();
  if (field != "level") settings.set(ours::field, Yaml::text(field));
  if (to != "level") settings.set(ours::target, Yaml::text(to));
  settings.set(ours::style, Yaml::text(call.text == "upcase" ? ours::upper : ours::lower));
  if (field != to) settings.set(ours::keep_original, Yaml::plain("true"));
  place_->note("One name for each level: `warning` is also written WARN, `critical` FATAL.");
  wrote(target);
  return add(ours::level, std::move(settings), field);
}

Converter::Problem Converter::flatten(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Expr* separator = argument(call, 1, "separator");
  const Path* from = value == nullptr ? nullptr : path_of(*value);
  const bool same = value != nullptr && (target.empty() ? is_event(*value) : from != nullptr && *from == target);
  if (!same) return Refusal{"only what stays in its place can be flattened", "`copy` it there first"};
  Yaml settings = Yaml::map();
  if (from != nullptr) settings.set(ours::field, Yaml::text(our_path(*from).value_or("")));
  if (separator != nullptr) settings.set(ours::separator, Yaml::text(text_of(*separator).value_or("")));
  wrote(target);
  return add(ours::flatten, std::move(settings), from == nullptr ? "" : our_path(*from).value_or(""));
}

Converter::Problem Converter::truncate(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Expr* limit = argument(call, 1, "limit");
  const Expr* ellipsis = argument(call, 2, "ellipsis");
  const Expr* suffix = argument(call, 3, "suffix");
  const Path* from = value == nullptr ? nullptr : path_of(*value);
  const std::optional<std::string> field = our_path(target);
  if (from == nullptr || *from != target || !field || limit == nullptr || bare(*limit).kind != Kind::number)
    return Refusal{"only a field in its place can be cut, at a fixed length", ""};
  std::string end = suffix == nullptr ? "" : text_of(*suffix).value_or("");
  if (suffix == nullptr && ellipsis != nullptr && bare(*ellipsis).text == "true") end = "...";
  const double bytes = std::min(std::strtod(bare(*limit).text.c_str(), nullptr), 1e9) + static_cast<double>(end.size());
  Yaml settings = Yaml::map().set(ours::fields, Yaml::texts({*field}));
  settings.set(ours::bytes, Yaml::plain(std::to_string(static_cast<std::uint64_t>(std::max(bytes, 0.0)))));
  settings.set(ours::suffix, Yaml::text(end));
  place_->note("The length is one of bytes, not of characters.");
  wrote(target);
  return add(ours::truncate, std::move(settings), *field);
}

// . = remove!(., ["user", "password"])
Converter::Problem Converter::remove_in(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Expr* levels = argument(call, 1, "path");
  const Path* from = value == nullptr ? nullptr : path_of(*value);
  const bool same = value != nullptr && (target.empty() ? is_event(*value) : from != nullptr && *from == target);
  if (!same || levels == nullptr || levels->kind != Kind::array) return Refusal{"it isn't known what is removed", ""};
  Path path = target;
  for (const Expr& level : levels->children) {
    const std::optional<std::string> key = text_of(level);
    if (!key) return Refusal{"it isn't known what is removed", ""};
    path.push_back({Segment::Kind::key, *key, 0});
  }
  return remove(path);
}

// .a = to_string!(.b), .a = get_env_var("NAME") ?? "none"
Converter::Problem Converter::as_text(const Path& target, const Expr& call, const Expr* otherwise) {
  if (target.empty()) return Refusal{"a record isn't a text", ""};
  return assign_text(target, with_default(call, otherwise));
}

}  // namespace towline::app::migration::vrl
