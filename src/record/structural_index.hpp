// Where the brackets, colons, commas, strings and scalars of a JSON text begin: simdjson's stage 1, which also checks
// the UTF-8, that strings are closed and that they hold no control characters. The vector code for the machine's CPU
// is chosen at run time. simdjson's own second stages (DOM, On-Demand) build or walk values, which we don't want.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "record/parse_error.hpp"

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace towline::record {

// Working memory, reused from text to text. One thread at a time.
class StructuralIndex {
 public:
  StructuralIndex();
  ~StructuralIndex();
  StructuralIndex(StructuralIndex&&) noexcept;
  StructuralIndex& operator=(StructuralIndex&&) noexcept;

  // Finds them, in ascending order. Errors: invalid_json, invalid_utf8. `padding` bytes after the text are readable.
  [[nodiscard]] ParseError find(std::string_view json);

  const std::uint32_t* begin() const;
  std::size_t size() const;

 private:
  bool fit(std::size_t bytes);

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1_;
  std::size_t capacity_ = 0;
};

}  // namespace towline::record
