// What was redacted where, as GET /audit says it and `towline audit` shows it. Never a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "telemetry/audit.hpp"

namespace towline::app {

// One row of the answer; times are RFC 3339 in UTC.
struct AuditLine {
  std::string transform;
  std::string field;
  std::string detector;
  std::uint64_t count = 0;
  std::string first;
  std::string last;

  bool operator==(const AuditLine&) const = default;
};

// {"redactions":[{"transform":"clean","field":"user.mail","detector":"email","count":3,"first":"...","last":"..."}]}
std::string audit_json(const std::vector<telemetry::Audit::Row>& rows);

// Reads what audit_json() wrote. Unknown members are ignored, missing ones are errors. Takes untrusted text.
Result<std::vector<AuditLine>> read_audit(std::string_view json);

// For a terminal or a pipe: a title and aligned columns, two blanks between them. What could steer a terminal is
// replaced by U+FFFD: fields are named by those who write the records.
std::string audit_table(const std::vector<AuditLine>& lines);

}  // namespace towline::app
