// Fuzz target: arbitrary bytes as a configuration. Whatever they are, parsing ends with a tree or with problems, within
// the limits, and the value of a variable never shows in a message.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/schema.hpp"

namespace {

using namespace towline;

enum class Mode : std::uint8_t { fast, exact };
constexpr auto config_values(Mode) {
  return std::to_array<config::Choice<Mode>>({{Mode::fast, "fast", "Speed."}, {Mode::exact, "exact", "Truth."}});
}

struct Inner {
  config::ByteSize size;
  Duration time{};
  config::Limit limit;
};

struct Everything {
  Inner inner;
  std::optional<Inner> optional;
  config::Endpoint listen;
  std::optional<config::Url> url;
  config::SecretSource token;
  config::OrOff<Duration> idle;
  Mode mode = Mode::fast;
  bool flag = false;
  std::int16_t number = 0;
  std::uint64_t big = 0;
  double ratio = 0;
  std::vector<std::string> list;
  config::Map<std::string> map;
};

const config::Schema<Inner>& inner_schema() {
  static const config::Schema<Inner> schema("inner", "Fuzzed.", config::field("size", &Inner::size, "A size."),
                                            config::field("time", &Inner::time, "A time."),
                                            config::field("limit", &Inner::limit, "A limit."));
  return schema;
}

const config::Schema<Everything>& everything_schema() {
  static const config::Schema<Everything> schema(
      "everything", "Fuzzed.", config::field("inner", &Everything::inner, "Nested.", inner_schema()),
      config::field("optional", &Everything::optional, "Nested.", inner_schema()),
      config::field("listen", &Everything::listen, "An address.", config::required),
      config::field("url", &Everything::url, "A URL."), config::field("token", &Everything::token, "A secret."),
      config::field("idle", &Everything::idle, "A time."), config::field("mode", &Everything::mode, "A mode."),
      config::field("flag", &Everything::flag, "A flag."),
      config::field("number", &Everything::number, "A number.", config::between(-5, 5)),
      config::field("big", &Everything::big, "A number."), config::field("ratio", &Everything::ratio, "A ratio."),
      config::field("list", &Everything::list, "A list."), config::field("map", &Everything::map, "A map."));
  return schema;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view secret = "s3cret-value";
  if (text.find(secret) != std::string_view::npos) return 0;
  config::Problems problems("fuzz.yaml");
  const config::Environment environment = [&](std::string_view name) -> std::optional<std::string> {
    return name == "UNSET" ? std::nullopt : std::optional<std::string>(secret);
  };
  const std::optional<config::Node> node = config::parse_yaml(text, environment, problems);
  if (!node && problems.empty()) std::abort();
  if (node) (void)everything_schema().parse(*node, problems);
  if (problems.text().find(secret) != std::string::npos) std::abort();
  return 0;
}
