// The few elements that are wanted out of an answer in XML. Not a parser: what it isn't sure about isn't there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace towline::aws {

// What stands between <name> and </name>, if the text has that element once, without attributes. None where the text
// has comments, CDATA or a document type.
std::optional<std::string_view> xml_element(std::string_view xml, std::string_view name);

// The same for an element that holds nothing but text, with &amp; and the other four named entities replaced.
std::optional<std::string> xml_text(std::string_view xml, std::string_view name);

}  // namespace towline::aws
