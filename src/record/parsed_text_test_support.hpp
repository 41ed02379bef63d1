// For tests of records: a record together with the text that it refers to.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "record/record.hpp"

namespace towline::record {

class ParsedText {
 public:
  explicit ParsedText(std::string_view json) : text_(json) {
    text_.append(padding, '\0');
    EXPECT_EQ(record.parse(std::string_view(text_).substr(0, json.size()), {}), ParseError::none) << json;
  }
  NodeId at(std::string_view path) const {
    NodeId found = no_node;
    record.each(*Path::parse(path), [&](NodeId id) { found = id; });
    EXPECT_NE(found, no_node) << path;
    return found;
  }
  std::string written(NodeId id = Record::root) const {
    std::string out;
    record.write(out, id);
    return out;
  }

  Record record;

 private:
  std::string text_;
};

}  // namespace towline::record
