// Functions that read times.
#include <array>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/converter.hpp"
#include "app/commands/import/vrl/look.hpp"
#include "config/problems.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

struct Replacement {
  std::string_view there;
  std::string_view here;
};
// Conversions that are written differently.
constexpr std::array<Replacement, 10> conversions{{{"%.3f", "%.f"},
                                                   {"%.6f", "%.f"},
                                                   {"%.9f", "%.f"},
                                                   {"%3f", "%f"},
                                                   {"%6f", "%f"},
                                                   {"%9f", "%f"},
                                                   {"%::z", "%z"},
                                                   {"%:z", "%z"},
                                                   {"%#z", "%z"},
                                                   {"%X", "%T"}}};

std::string our_format(std::string_view format) {
  if (format == "%+") return ours::iso8601;
  if (format == "%s") return ours::epoch_s;
  std::string out;
  while (!format.empty()) {
    std::size_t length = 1;
    std::string_view here = format.substr(0, 1);
    if (format.starts_with("%%")) {
      length = 2;
      here = "%%";
    }
    for (const Replacement& each : conversions) {
      if (!format.starts_with(each.there)) continue;
      length = each.there.size();
      here = each.here;
    }
    out += here;
    format.remove_prefix(length);
  }
  return out;
}

std::optional<std::string> our_unit(const Expr* unit) {
  const std::string name = unit == nullptr ? "seconds" : text_of(*unit).value_or("");
  if (name == "seconds") return ours::epoch_s;
  if (name == "milliseconds") return ours::epoch_ms;
  if (name == "microseconds") return ours::epoch_us;
  if (name == "nanoseconds") return ours::epoch_ns;
  return std::nullopt;
}

const Path* value_path(const Expr& call) {
  const Expr* value = argument(call, 0, "value");
  return value == nullptr ? nullptr : path_of(*value);
}

const Refusal only_fields{"only the time in a field can be read", ""};

}  // namespace

// .a = parse_timestamp(.b, "%F %T") ?? parse_timestamp(.b, "%+") ?? now()
Converter::Problem Converter::parse_timestamp(const Path& target, const Expr& call, const Expr* otherwise) {
  const Path* from = value_path(call);
  if (from == nullptr || target.empty()) return only_fields;
  std::vector<std::string> formats;
  for (const Expr* next = &call; next != nullptr;) {
    const bool chained = next->kind == Kind::binary && next->text == "??";
    const Expr& each = bare(chained ? next->children[0] : *next);
    next = chained ? &next->children[1] : next == &call ? otherwise : nullptr;
    if (!is_call(each, "parse_timestamp")) continue;
    const Expr* format = argument(each, 1, "format");
    const Expr* zone = argument(each, 2, "timezone");
    const Path* path = value_path(each);
    if (path == nullptr || *path != *from) return Refusal{"the alternatives read different fields", ""};
    const std::optional<std::string> text = format == nullptr ? std::nullopt : text_of(*format);
    if (!text) return Refusal{"its format isn't constant", ""};
    if (zone != nullptr && text_of(*zone) != "UTC")
      return Refusal{"times in the zone of a place depend on the season", "`zone` takes an offset such as +01:00"};
    formats.push_back(our_format(*text));
  }
  return add_timestamp(target, *from, Yaml::map().set(ours::formats, Yaml::texts(formats)));
}

Converter::Problem Converter::any_timestamp(const Path& target, const Expr& call, const Expr*) {
  const Path* from = value_path(call);
  if (from == nullptr || target.empty()) return only_fields;
  return add_timestamp(target, *from, Yaml::map());
}

Converter::Problem Converter::unix_timestamp(const Path& target, const Expr& call, const Expr*) {
  const Path* from = value_path(call);
  const std::optional<std::string> unit = our_unit(argument(call, 1, "unit"));
  if (from == nullptr || target.empty()) return only_fields;
  if (!unit) return Refusal{"its unit isn't constant", ""};
  return add_timestamp(target, *from, Yaml::map().set(ours::formats, Yaml::texts({*unit})));
}

// .dt = format_timestamp!(.timestamp, format: "%+")
Converter::Problem Converter::format_timestamp(const Path& target, const Expr& call, const Expr* otherwise) {
  const Expr* value = argument(call, 0, "value");
  const Expr* format = argument(call, 1, "format");
  if (value == nullptr || target.empty()) return only_fields;
  if (format == nullptr || text_of(*format) != "%+") return Refusal{"times are always written as RFC 3339 here", ""};
  const Expr& inner = bare(*value);
  if (path_of(inner) != nullptr) return any_timestamp(target, call, otherwise);
  if (is_call(inner, "parse_timestamp")) return parse_timestamp(target, inner, nullptr);
  if (is_call(inner, "from_unix_timestamp")) return unix_timestamp(target, inner, nullptr);
  if (is_call(inner, "to_timestamp")) return any_timestamp(target, inner, nullptr);
  if (inner.kind == Kind::call) return assign_call(target, inner, otherwise);
  return only_fields;
}

Converter::Problem Converter::add_timestamp(const Path& target, const Path& from, Yaml settings) {
  const std::optional<std::string> field = our_path(from);
  const std::optional<std::string> to = our_path(target);
  if (!field || !to) return Refusal{"there is no such path here", ""};
  Yaml all = Yaml::map().set(ours::field, Yaml::text(*field)).set(ours::target, Yaml::text(*to));
  if (const Yaml* formats = settings.find(ours::formats)) all.set(ours::formats, *formats);
  if (*field != *to) all.set(ours::keep_original, Yaml::plain("true"));
  wrote(target);
  return add(ours::parse_timestamp, std::move(all));  // a record without the field gets a time, too
}

}  // namespace towline::app::migration::vrl
