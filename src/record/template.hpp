// A text with places that are filled from a record or from facts about this machine: "{service}/{ecs.task_id}",
// "{user.id}", "%Y/%m/%d" (UTC, the time of the record's receipt). `{{`, `}}` and `%%` stand for themselves.
// A name in braces is a fact if facts have that name, else the path of a field; a `}` in it stands in double quotes or
// behind a backslash. The letters are those of strftime: %Y %m %d %H %M %S %j.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/facts.hpp"
#include "base/result.hpp"
#include "record/path.hpp"
#include "record/record.hpp"

namespace towline::record {

// Copyable; used by one thread at a time.
class Template {
 public:
  static constexpr std::size_t parts_max = 256;  // names, times, and the texts between them

  // The error says the column (from 1). Paths have no wildcards.
  static Result<Template> parse(std::string_view text);

  // Appends the text: strings decoded, numbers, booleans and null as they are written, objects and arrays as JSON.
  // Of several members of one name the last one counts. Returns false if a name is neither a fact nor in the record;
  // `missing` stands in its place then.
  bool append(const Record& record, const Facts& facts, std::string& out, std::string_view missing = {}) const;

  bool is_constant() const;                          // nothing to fill in
  bool reads_fields(const Facts& facts) const;       // more to fill in than facts and the time of receipt
  const std::string& text() const { return text_; }  // as it was written

 private:
  class Reader;
  struct Part {
    enum class Kind : unsigned char { text, name, time } kind;
    std::string text;  // what stands there; the name; the letter of the time
    Path path;         // of a name
  };

  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace towline::record
