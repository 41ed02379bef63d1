#include "transforms/redact/config.hpp"

#include <algorithm>

#include "transforms/redact/detectors/detectors.hpp"
#include "transforms/redact/field_names.hpp"
#include "transforms/redact/redactions.hpp"

namespace towline::redact {

namespace {

Mask detector_mask(std::string_view name) {
  for (const Detector* detector : all_detectors) {
    if (detector->name == name && detector->mask != nullptr) return detector->mask;
  }
  return mask_of(name);
}

bool is_pattern(const RedactConfig& config, std::string_view name) {
  const auto& patterns = config.patterns.patterns;
  return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) { return pattern.name == name; });
}

using Problem = std::optional<std::string>;

Problem check_action_names(const RedactConfig& config) {
  std::vector<std::string> known{std::string(field_name)};
  for (const Detector* detector : all_detectors) known.emplace_back(detector->name);
  for (const Pattern& pattern : config.patterns.patterns) known.push_back(pattern.name);
  for (const auto& [name, action] : config.actions) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return "actions: " + config::in_quotes(name) + " is no detector, none of `patterns` and not `field`; " +
           config::suggestion(name, known);
  }
  return std::nullopt;
}

Problem check_masks(const RedactConfig& config) {
  for (const auto& [name, action] : config.actions) {
    if (action != Action::mask || is_pattern(config, name) || detector_mask(name) != nullptr) continue;
    return "actions: there is no mask for " + config::in_quotes(name) + ": nothing of it may be shown; use redact";
  }
  return std::nullopt;
}

Problem check_hash(const RedactConfig& config) {
  const bool has_key = config.hash && config.hash->key.configured();
  if (config.hash && !has_key) return "hash: the key `key` is missing, for example key: file:/run/secrets/pii_key";
  const auto hashes = [](const auto& action) { return action == Action::hash; };
  const bool needs_key = hashes(config.action) ||
                         std::any_of(config.actions.begin(), config.actions.end(),
                                     [&](const auto& entry) { return hashes(entry.second); }) ||
                         std::any_of(config.patterns.patterns.begin(), config.patterns.patterns.end(),
                                     [&](const Pattern& pattern) { return hashes(pattern.action); });
  if (needs_key && !has_key) return "the action `hash` needs a key: hash: { key: file:/run/secrets/pii_key }";
  return std::nullopt;
}

const config::Schema<HashConfig>& hash_schema() {
  static const config::Schema<HashConfig> schema(
      "hash", "The keys of tokens.",
      config::field("key", &HashConfig::key,
                    "What tokens are made with: at least 16 bytes. A file is read again when it changes."),
      config::field("previous_key", &HashConfig::previous_key,
                    "The key before it. As long as it is given, a token is written with both, so that a search for "
                    "either finds it."));
  return schema;
}

const config::Schema<AllowConfig>& allow_schema() {
  static const config::Schema<AllowConfig> schema(
      "allow", "What is never redacted.",
      config::field("fields", &AllowConfig::fields,
                    "Fields that aren't looked at, with all that is in them: names at any depth or paths, as in "
                    "`fields`."),
      config::field("values", &AllowConfig::values,
                    "What detectors and patterns may find without consequence: a text with `*` for any characters, or "
                    "a regular expression between slashes; either stands for all that was found. At most 256."));
  return schema;
}

}  // namespace

RedactConfig::RedactConfig() : detect(default_detectors()) {
  for (const std::string_view name : default_field_names()) fields.names.emplace_back(name);
}

DetectorList RedactConfig::all_detectors_chosen() const {
  const auto in = [](const DetectorList& list, const Detector* detector) {
    return std::find(list.begin(), list.end(), detector) != list.end();
  };
  DetectorList chosen;
  std::copy_if(all_detectors.begin(), all_detectors.end(), std::back_inserter(chosen),
               [&](const Detector* detector) { return in(detect, detector) || in(extra_detect, detector); });
  return chosen;
}

// The nearest word counts: `actions`, the pattern's own, `action`; without any what has a mask of its own is masked.
Action RedactConfig::action_for(std::string_view name, std::optional<Action> own, bool has_mask) const {
  for (const auto& [named, chosen] : actions) {
    if (named == name) return chosen;
  }
  return own.value_or(action.value_or(has_mask ? Action::mask : Action::redact));
}

const config::Schema<RedactConfig>& redact_schema() {
  static const config::Schema<RedactConfig> schema(
      "redact", "Replaces secrets and personal data.",
      config::field("detect", &RedactConfig::detect,
                    "The detectors to use on all strings and keys, in place of those that are on by default."),
      config::field("extra_detect", &RedactConfig::extra_detect, "More detectors, besides those of `detect`."),
      config::field("patterns", &RedactConfig::patterns,
                    "More things to find: regular expressions in RE2's syntax by a name of your own, for example `{ "
                    "employee_id: 'E[0-9]{6}' }`, or with `pattern`, `validate` (luhn, card or mod97) and `action` "
                    "below the name. Of an expression with round brackets only what the first pair matches is "
                    "replaced. At most 64."),
      config::field("fields", &RedactConfig::fields,
                    "Fields to redact whatever their value is. A name counts at any depth, without regard to case, "
                    "`-` and `_`; it may begin or end with `*`. With a dot it is a path."),
      config::field("extra_fields", &RedactConfig::extra_fields, "More fields, besides those of `fields`."),
      config::field("action", &RedactConfig::action,
                    "What is done with everything that is found. Without it e-mail addresses are masked and "
                    "everything else is redacted."),
      config::field("actions", &RedactConfig::actions,
                    "What is done with what one detector or pattern finds, by its name; `field` stands for fields that "
                    "are redacted by their name."),
      config::field("hash", &RedactConfig::hash, "The keys for the action `hash`.", hash_schema()),
      config::field("allow", &RedactConfig::allow, "What is never redacted.", allow_schema()),
      config::field("base64", &RedactConfig::base64,
                    "Whether runs of base64 and hex that stand for text are decoded and looked at, too."),
      config::field("keep_type", &RedactConfig::keep_type,
                    "Whether what is redacted keeps its type: a number becomes 0, true becomes false, a list and an "
                    "object become empty. Otherwise they become a string."),
      config::field("marker", &RedactConfig::marker,
                    "Whether the record gets a list `towline.redacted` of what was redacted: `field:detector`."),
      config::check(check_action_names), config::check(check_masks), config::check(check_hash));
  return schema;
}

}  // namespace towline::redact

namespace towline::config {

std::optional<redact::DetectorList> Value<redact::DetectorList>::parse(const Node& node, Problems& problems) {
  if (!expect_sequence(node, "a list of detectors", problems)) return std::nullopt;
  std::vector<std::string> names;
  for (const redact::Detector* detector : redact::all_detectors) names.emplace_back(detector->name);
  std::vector<bool> chosen(names.size());
  bool valid = true;
  for (const Node& item : node.items) {
    const std::optional<std::size_t> index = parse_choice(item, names, problems);
    if (index) chosen[*index] = true;
    valid = valid && index.has_value();
  }
  if (!valid) return std::nullopt;
  redact::DetectorList detectors;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (chosen[i]) detectors.push_back(redact::all_detectors[i]);
  }
  return detectors;
}

std::string Value<redact::DetectorList>::print(const redact::DetectorList& detectors) {
  std::vector<std::string> names;
  for (const redact::Detector* detector : detectors) names.emplace_back(detector->name);
  return Value<std::vector<std::string>>::print(names);
}

ValueInfo Value<redact::DetectorList>::info() {
  std::vector<std::pair<std::string, std::string>> choices;
  for (const redact::Detector* detector : redact::all_detectors) {
    choices.emplace_back(detector->name, detector->description);
  }
  return list_info(choice_info(std::move(choices)));
}

}  // namespace towline::config
