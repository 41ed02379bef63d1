// What is called how here: the only place of the converter that names our steps and their settings.
#pragma once

namespace towline::app::migration::ours {

// Steps.
inline constexpr const char* rename = "rename";
inline constexpr const char* set = "set";
inline constexpr const char* remove = "remove";
inline constexpr const char* copy = "copy";
inline constexpr const char* keep_only = "keep_only";
inline constexpr const char* flatten = "flatten";
inline constexpr const char* parse_json = "parse_json";
inline constexpr const char* parse_timestamp = "parse_timestamp";
inline constexpr const char* level = "level";
inline constexpr const char* truncate = "truncate";
inline constexpr const char* redact = "redact";
inline constexpr const char* keep_if = "keep_if";
inline constexpr const char* drop_if = "drop_if";
inline constexpr const char* sample = "sample";
inline constexpr const char* throttle = "throttle";
inline constexpr const char* dedupe = "dedupe";
inline constexpr const char* metric = "metric";

// Settings of several steps.
inline constexpr const char* field = "field";
inline constexpr const char* fields = "fields";
inline constexpr const char* target = "target";
inline constexpr const char* keep_original = "keep_original";  // parse_timestamp, level

// parse_json
inline constexpr const char* overwrite = "overwrite";
inline constexpr const char* keep = "keep";
inline constexpr const char* the_record = ".";
// parse_timestamp
inline constexpr const char* formats = "formats";
inline constexpr const char* zone = "zone";
inline constexpr const char* iso8601 = "iso8601";
inline constexpr const char* epoch_s = "epoch_s";
inline constexpr const char* epoch_ms = "epoch_ms";
inline constexpr const char* epoch_us = "epoch_us";
inline constexpr const char* epoch_ns = "epoch_ns";
// level
inline constexpr const char* style = "style";
inline constexpr const char* upper = "upper";
inline constexpr const char* lower = "lower";
// keep_only
inline constexpr const char* always = "always";
// flatten
inline constexpr const char* separator = "separator";
inline constexpr const char* arrays = "arrays";
inline constexpr const char* index = "index";
// truncate
inline constexpr const char* bytes = "bytes";
inline constexpr const char* suffix = "suffix";
// redact
inline constexpr const char* detect = "detect";
inline constexpr const char* patterns = "patterns";
inline constexpr const char* us_ssn = "us_ssn";
// sample; `keep` is the condition there
inline constexpr const char* rate = "rate";
inline constexpr const char* key = "key";
inline constexpr const char* rate_field = "rate_field";
// throttle
inline constexpr const char* limit = "limit";
inline constexpr const char* window = "window";
// dedupe
inline constexpr const char* ignore = "ignore";
inline constexpr const char* entries_max = "entries_max";
// metric
inline constexpr const char* name = "name";
inline constexpr const char* type = "type";
inline constexpr const char* value = "value";
inline constexpr const char* when = "when";
inline constexpr const char* labels = "labels";
inline constexpr const char* buckets = "buckets";

// Every record, as a condition.
inline constexpr const char* every_record = "\" \"";
// The lines that were JSON: the mark of the others isn't there.
inline constexpr const char* was_json = "$.towline.error NOT EXISTS";
inline constexpr const char* unmatched = "_unmatched";

}  // namespace towline::app::migration::ours
