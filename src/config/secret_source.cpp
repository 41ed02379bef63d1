#include "config/secret_source.hpp"

#include <sys/stat.h>

#include <utility>

#include "base/file_start.hpp"

namespace towline::config {
namespace {

Error file_error(const std::string& path, const std::string& what) {
  return Error{"the secret file " + in_quotes(path) + " " + what};
}

}  // namespace

SecretSource SecretSource::literal(Secret secret) {
  SecretSource source;
  source.literal_ = std::move(secret);
  return source;
}

SecretSource SecretSource::file(std::string path) {
  SecretSource source;
  source.path_ = std::move(path);
  return source;
}

Result<Secret> SecretSource::read() {
  if (path_.empty()) return literal_;
  read_once_ = true;
  last_ = stamp_of(path_);  // before reading: a change in between is seen as one
  FileStart start = read_file_start(path_, file_bytes_max + 1);
  const Secret whole(std::move(start.text));
  if (start.error != 0) {
    // It may have gone after it was stamped. Whatever file comes then, the same one even, is a change.
    if (!stamp_of(path_)) last_.reset();
    return file_error(path_, start.why_not());
  }
  std::string_view secret = whole.reveal();
  if (secret.size() > file_bytes_max) return file_error(path_, "is longer than 64 KiB");
  if (secret.ends_with('\n')) secret.remove_suffix(1);
  if (secret.ends_with('\r')) secret.remove_suffix(1);
  if (secret.empty()) return file_error(path_, "is empty");
  return Secret(std::string(secret));
}

bool SecretSource::changed() const {
  return !path_.empty() && read_once_ && stamp_of(path_) != last_;
}

std::optional<SecretSource::Stamp> SecretSource::stamp_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return Stamp{std::int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec,
               static_cast<std::uint64_t>(status.st_size), status.st_ino};
}

std::optional<SecretSource> Value<SecretSource>::parse(const Node& node, Problems& problems) {
  constexpr std::string_view prefix = "file:";
  if (!node.is_scalar()) {
    problems.add(node.mark, "expected text: a ${VARIABLE} or file:/path");
    return std::nullopt;
  }
  // Only what the file itself says decides that it is a path: the value of a variable is the secret, as it is.
  if (node.written.starts_with(prefix)) {
    // Where a variable wasn't set the text is something else; that has been said already.
    const std::string path = node.text.starts_with(prefix) ? node.text.substr(prefix.size()) : "";
    if (!path.empty() && path.find('\0') == std::string::npos) return SecretSource::file(path);
    problems.add(node.mark, "expected a path after file:");
    return std::nullopt;
  }
  if (!node.text.empty()) return SecretSource::literal(Secret(node.text));
  problems.add(node.mark, node.written.empty() ? "the secret is empty" : node.shown() + " gives an empty secret");
  return std::nullopt;
}

ValueInfo Value<SecretSource>::info() {
  return {"secret", Json().set("type", Json::array({"string", "number"})).set("writeOnly", true), {}};
}

}  // namespace towline::config
