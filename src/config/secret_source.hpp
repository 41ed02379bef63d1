// Where a secret comes from: a text in the configuration (usually `${VARIABLE}`) or `file:/path`, which is read anew
// each time, so that a rotated token is picked up without a restart. It can't be printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "config/value.hpp"

namespace towline::config {

// A value: copy it out of the config and keep it where the secret is used. One thread at a time.
class SecretSource {
 public:
  SecretSource() = default;  // not configured
  static SecretSource literal(Secret secret);
  static SecretSource file(std::string path);

  bool configured() const { return !path_.empty() || !literal_.empty(); }

  // The secret now. A file is read again; one line end behind it is cut off. Error: the file can't be read, is empty
  // or longer than `file_bytes_max`; the text names the file.
  Result<Secret> read();

  // True when the file isn't the one that the last read() saw (change time, which moves with the permissions too; size;
  // inode), or when there was none and there is one now. Cheap: one stat(). Always false for a literal and before the
  // first read().
  bool changed() const;

  static constexpr std::size_t file_bytes_max = std::size_t{64} << 10U;

 private:
  struct Stamp {
    std::int64_t changed_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  static std::optional<Stamp> stamp_of(const std::string& path);

  std::string path_;
  Secret literal_;
  std::optional<Stamp> last_;  // as the last read() found the file; none: it wasn't there
  bool read_once_ = false;
};

template <>
struct Value<SecretSource> {
  static std::optional<SecretSource> parse(const Node& node, Problems& problems);
  static std::string print(const SecretSource&) { return {}; }  // never shown, not even as a default
  static ValueInfo info();
};

}  // namespace towline::config
