// Gives back the memory that only the start needed.
#pragma once

namespace towline {

// The dynamic linker, constructors and configuration touch megabytes of code and symbol tables of some forty libraries
// once and never again. They stay in the process's resident size until memory gets tight. This drops the mappings of
// all read-only pages of the program and its libraries: what is used again comes back from the page cache at the price
// of a minor fault. Call it once, when everything is up.
void release_startup_pages();

}  // namespace towline
