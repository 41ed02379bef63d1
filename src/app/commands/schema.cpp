#include "app/commands/schema.hpp"

#include <ostream>

#include "app/reference.hpp"

namespace towline::app {

int schema_command(const component::Registry& registry, std::ostream& out) {
  out << json_schema_of_config(registry);
  return out ? 0 : 1;
}

}  // namespace towline::app
