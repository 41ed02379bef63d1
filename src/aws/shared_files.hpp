// The profiles in the files that AWS' programs share: ~/.aws/credentials and ~/.aws/config.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/ini_file.hpp"
#include "base/result.hpp"
#include "config/node.hpp"

namespace towline::aws {

inline constexpr std::size_t shared_file_max = 1024 * 1024;  // bytes

// What both files say about one profile; where both do, that of the credentials file counts.
class Profile {
 public:
  Profile(std::string name, IniSection settings) : name_(std::move(name)), settings_(std::move(settings)) {}

  const std::string& name() const { return name_; }
  std::string who() const { return "profile `" + name_ + "`"; }
  // Empty where it isn't set.
  std::string_view get(std::string_view setting) const;
  bool has(std::string_view setting) const { return !get(setting).empty(); }

 private:
  std::string name_;
  IniSection settings_;
};

class SharedFiles {
 public:
  // Reads the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name, or those in $HOME/.aws. It isn't an
  // error if they don't exist, but it is one if they can't be read.
  static Result<SharedFiles> read(const config::Environment& environment);

  // "x" is [x] in the credentials file, [profile x] in the other one; there, [default] is good for "default", too.
  std::optional<Profile> find(const std::string& name) const;

 private:
  IniFile credentials_;
  IniFile config_;
};

}  // namespace towline::aws
