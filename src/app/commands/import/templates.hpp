// Templates of Vector's settings, "{{ service }}-%Y", as ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace towline::app::migration {

// "{service}-%Y". std::nullopt where it holds what ours can't fill in.
std::optional<std::string> convert_template(std::string_view text);

// The path of a template that is nothing but one field: "{{ service }}" is `service`.
std::optional<std::string> only_field(std::string_view text);

}  // namespace towline::app::migration
