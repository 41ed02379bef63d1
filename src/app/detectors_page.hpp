// The reference page of the detectors, made of the rows of their catalogue.
#pragma once

#include <string>

namespace towline::app {

// docs/reference/detectors.md, in Markdown.
std::string detectors_page();

}  // namespace towline::app
