// Variables in the text of a Vector configuration: `$NAME`, `${NAME}`, `${NAME:-default}` and more, as ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace towline::app::migration {

struct Variables {
  std::string text;              // with `${NAME}` and `${NAME:-default}` only; a literal `${` is written `$${`
  std::string different;         // the first one that means something a little else now; empty: none
  std::string different_reason;  // what it is
};

Variables convert_variables(std::string_view text);

// Whether there is one, in our form.
bool has_variable(std::string_view text);

}  // namespace towline::app::migration
