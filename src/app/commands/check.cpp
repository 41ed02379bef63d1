#include "app/commands/check.hpp"

#include <ostream>

#include "app/config.hpp"

namespace towline::app {
namespace {

std::string counted(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace

int check_command(const std::vector<std::string>& files, const config::Environment& environment,
                  const component::Registry& registry, std::ostream& out, std::ostream& err) {
  int status = 0;
  for (const std::string& file : files) {
    config::Problems problems(file);
    const std::optional<RootConfig> config = load_config_file(file, environment, registry, problems);
    if (config) {
      out << file << ": configuration is valid: " << counted(config->sources.size(), "source") << ", "
          << counted(config->transforms.size(), "transform") << ", " << counted(config->sinks.size(), "sink") << '\n';
    } else {
      problems.print(err);
      status = 2;
    }
  }
  return status;
}

}  // namespace towline::app
