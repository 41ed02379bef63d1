#include "aws/shared_files.hpp"

#include <utility>

#include "aws/small_file.hpp"

namespace towline::aws {

namespace {

// Empty: there can't be one.
std::string path_of(const config::Environment& environment, const char* variable, const char* own) {
  const std::string home = environment("HOME").value_or("");
  std::string path = environment(variable).value_or("");
  if (path.empty()) return home.empty() ? "" : home + own;
  if (path.starts_with("~/") && !home.empty()) path.replace(0, 1, home);
  return path;
}

Result<IniFile> read_ini(const std::string& path) {
  if (path.empty()) return IniFile();
  const Result<std::optional<Secret>> text = read_small_file(path, shared_file_max);
  if (!text) return text.error();
  return *text ? parse_ini((*text)->reveal()) : IniFile();
}

// Adds what `more` has and `settings` hasn't.
void add_missing(IniSection& settings, const IniFile& file, const std::string& section) {
  const auto found = file.find(section);
  if (found != file.end()) settings.insert(found->second.begin(), found->second.end());
}

}  // namespace

std::string_view Profile::get(std::string_view setting) const {
  const auto found = settings_.find(setting);
  return found == settings_.end() ? std::string_view() : found->second.reveal();
}

Result<SharedFiles> SharedFiles::read(const config::Environment& environment) {
  SharedFiles files;
  Result<IniFile> credentials = read_ini(path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"));
  if (!credentials) return credentials.error();
  Result<IniFile> config = read_ini(path_of(environment, "AWS_CONFIG_FILE", "/.aws/config"));
  if (!config) return config.error();
  files.credentials_ = std::move(*credentials);
  files.config_ = std::move(*config);
  return files;
}

std::optional<Profile> SharedFiles::find(const std::string& name) const {
  const std::string section = "profile " + name;
  const bool plain = name == "default" && config_.contains(name);
  if (!credentials_.contains(name) && !config_.contains(section) && !plain) return std::nullopt;
  IniSection settings;
  add_missing(settings, credentials_, name);
  add_missing(settings, config_, section);
  if (plain) add_missing(settings, config_, name);
  return Profile(name, std::move(settings));
}

}  // namespace towline::aws
