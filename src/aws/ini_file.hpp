// The format of AWS' shared files: sections of names and values.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace towline::aws {

// By section ("default", "profile x") and name; names in lower case. A value may be a secret.
using IniSection = std::map<std::string, Secret, std::less<>>;
using IniFile = std::map<std::string, IniSection, std::less<>>;

// "[section]" and "name = value", one a line. Lines that begin with # or ; are comments, and so is what follows a blank
// and one of these behind a value. Indented lines belong to the value before them (nested settings, as those of s3) and
// are passed over, as is whatever else is no setting. Sections of the same name are one; the last value counts.
IniFile parse_ini(std::string_view text);

}  // namespace towline::aws
