// Redaction: what redact() and replace() take out of a text.
#include <algorithm>
#include <array>

#include "app/commands/import/names.hpp"
#include "app/commands/import/vrl/converter.hpp"
#include "app/commands/import/vrl/look.hpp"

namespace towline::app::migration::vrl {

namespace {

using Kind = Expr::Kind;

bool is_mask(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  constexpr std::array<std::string_view, 7> signs{"redact", "mask", "filtered", "removed", "hidden", "***", "xxx"};
  return std::any_of(signs.begin(), signs.end(),
                     [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
}

// Of an expression with round brackets `redact` replaces what the first pair matches; here all of it is meant.
std::string as_a_whole(const std::string& regex) {
  bool in_class = false;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '\\')
      ++i;
    else if (regex[i] == '[')
      in_class = true;
    else if (regex[i] == ']')
      in_class = false;
    else if (regex[i] == '(' && !in_class && regex.compare(i + 1, 1, "?") != 0)
      return "(" + regex + ")";
    else if (regex.compare(i, 4, "(?P<") == 0)
      return "(" + regex + ")";
  }
  return regex;
}

// What one filter of redact() looks for. False: it isn't known here.
bool read_filter(const Expr& filter, bool& us_ssn, std::vector<std::string>& patterns) {
  if (filter.kind == Kind::regex) {
    patterns.push_back(as_a_whole(filter.text));
    return true;
  }
  std::optional<std::string> type = text_of(filter);
  const Expr* list = nullptr;
  if (filter.kind == Kind::object) {
    for (std::size_t i = 0; i < filter.keys.size(); ++i) {
      if (filter.keys[i] == "type") type = text_of(filter.children[i]);
      if (filter.keys[i] == "patterns") list = &filter.children[i];
    }
  }
  if (type == "us_social_security_number") {
    us_ssn = true;
    return true;
  }
  if (type != "pattern" || list == nullptr || list->kind != Kind::array) return false;
  for (const Expr& pattern : list->children) {
    const std::optional<std::string> text = text_of(pattern);
    if (pattern.kind != Kind::regex && !text) return false;
    patterns.push_back(text ? quote_regex(*text) : as_a_whole(pattern.text));
  }
  return true;
}

}  // namespace

Converter::Problem Converter::redact(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Expr* filters = argument(call, 1, "filters");
  const Path* from = value == nullptr ? nullptr : path_of(*value);
  if (value == nullptr || (from == nullptr && !is_event(*value)) || (from == nullptr) != target.empty())
    return Refusal{"only a field or the record can be redacted", "`redact: {}` looks at everything"};
  if (from != nullptr) {
    if (Problem problem = assign_field(target, *from)) return problem;
  }
  bool us_ssn = false;
  std::vector<std::string> patterns;
  bool known = filters != nullptr && filters->kind == Kind::array;
  for (const Expr& filter : known ? filters->children : std::vector<Expr>())
    known = read_filter(bare(filter), us_ssn, patterns) && known;
  const Problem problem = add_redaction(us_ssn, patterns);
  if (problem || known) return problem;
  return Refusal{"one of the filters isn't known here", "`redact` has more detectors, and `patterns` of your own"};
}

// In all fields: more than what was asked for. Patterns that can't be used are told, the others are used.
Converter::Problem Converter::add_redaction(bool us_ssn, const std::vector<std::string>& patterns) {
  const auto settings_with = [&](Yaml chosen) {
    Yaml detect = us_ssn ? Yaml::texts({ours::us_ssn}) : Yaml::list();
    Yaml settings = Yaml::map().set(ours::detect, std::move(detect)).set(ours::fields, Yaml::list());
    if (!chosen.empty()) settings.set(ours::patterns, std::move(chosen));
    return settings;
  };
  Yaml usable = Yaml::map();
  Problem unusable;
  for (const std::string& pattern : patterns) {
    const std::string name = "pattern_" + std::to_string(usable.size() + 1);
    const auto problem = context_.problem_with(ours::redact, settings_with(Yaml::map().set(name, Yaml::text(pattern))));
    if (problem)
      unusable = Refusal{*problem, ""};
    else
      usable.set(name, Yaml::text(pattern));
  }
  if (!us_ssn && usable.empty()) return unusable ? unusable : Refusal{"it has no filter that is known here", ""};
  if (!std::exchange(told_of_redaction_, true))
    place_->note("This looks at every field. `redact: {}` finds much more: see its page in docs/reference.");
  const Problem problem = add(ours::redact, settings_with(std::move(usable)), {}, true);
  return problem ? problem : unusable;
}

// .message = replace(.message, r'\d{16}', "[REDACTED]")
Converter::Problem Converter::replace(const Path& target, const Expr& call, const Expr*) {
  const Expr* value = argument(call, 0, "value");
  const Expr* pattern = argument(call, 1, "pattern");
  const Expr* with = argument(call, 2, "with");
  const Path* from = value == nullptr ? nullptr : path_of(*value);
  const std::optional<std::string> mask = with == nullptr ? std::nullopt : text_of(*with);
  const bool masks = mask && is_mask(*mask) && from != nullptr && *from == target && pattern != nullptr;
  const std::optional<std::string> literal = pattern == nullptr ? std::nullopt : text_of(*pattern);
  if (!masks || (pattern->kind != Kind::regex && !literal))
    return Refusal{"no step replaces parts of a text", "`redact` with `patterns` replaces what should not leave"};
  return add_redaction(false, {literal ? quote_regex(*literal) : as_a_whole(pattern->text)});
}

}  // namespace towline::app::migration::vrl
