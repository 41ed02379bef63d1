// A record as a list of its fields, one text each: `user.email: "ann@example.com"`. That is how records are compared
// and how their differences are shown: the order of members and white space make none. Of several members of one name
// the second is `email#2`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace towline::app {

// Sorted. Of a text that isn't a JSON object: one line, the text itself.
std::vector<std::string> field_lines(std::string_view json);

struct FieldDiff {
  std::vector<std::string> gone;  // fields of the first record that the second one hasn't
  std::vector<std::string> come;
  bool empty() const { return gone.empty() && come.empty(); }
};
FieldDiff diff(std::string_view before, std::string_view after);

}  // namespace towline::app
