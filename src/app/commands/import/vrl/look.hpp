// Questions about expressions that many conversions ask, and paths in our forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/commands/import/vrl/ast.hpp"

namespace towline::app::migration::vrl {

// Without what only says of which type a value is: string!(.a), object(.a), (.a), int!(.a).
const Expr& bare(const Expr& expr);

// The path of the event that this is, whatever type it is said to have; null for anything else.
const Path* path_of(const Expr& expr);
// The same, also of del(.a).
const Path* path_or_deleted(const Expr& expr);
bool is_event(const Expr& expr);  // `.`
bool is_call(const Expr& expr, std::string_view name);

// The text of a string, quoted or raw.
std::optional<std::string> text_of(const Expr& expr);

// value ?? otherwise; without an otherwise, the value.
Expr with_default(const Expr& value, const Expr* otherwise);

// An argument of a call, by its position (from 0) or its name; null when it isn't given.
const Expr* argument(const Expr& call, std::size_t position, std::string_view name);

// Whether one is at or below the other, so that writing one changes the other.
bool overlap(const Path& a, const Path& b);

// As our steps write it: `user.name`, `app\.name`, `items.0`. std::nullopt where there is no such path.
std::optional<std::string> our_path(const Path& path);
// The same within the braces of a template.
std::optional<std::string> template_path(const Path& path);
// As conditions write it: `$.user.name`, `$['app.name']`.
std::optional<std::string> selector(const Path& path);
// A path as Vector's settings write it, with or without the dot at its beginning: "user.name", ".user.name".
std::optional<Path> read_path(std::string_view text);
// ".user.name", for remarks.
std::string shown(const Path& path);

// A text as a part of a template: variables stay, all else stands for itself.
std::string template_text(std::string_view text);
// A text as a regular expression for itself.
std::string quote_regex(std::string_view text);

}  // namespace towline::app::migration::vrl
