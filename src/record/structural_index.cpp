#include "record/structural_index.hpp"

#include <simdjson.h>

#include <algorithm>

#include "record/limits.hpp"

namespace towline::record {

static_assert(padding >= simdjson::SIMDJSON_PADDING);

namespace {

// Room for ordinary lines; more after a giant is given back. Only what is written becomes resident memory.
constexpr std::size_t capacity_usual = std::size_t{64} * 1024;

}  // namespace

StructuralIndex::StructuralIndex() = default;
StructuralIndex::~StructuralIndex() = default;
StructuralIndex::StructuralIndex(StructuralIndex&&) noexcept = default;
StructuralIndex& StructuralIndex::operator=(StructuralIndex&&) noexcept = default;

ParseError StructuralIndex::find(std::string_view json) {
  if (!fit(json.size())) return ParseError::too_long;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(json.data());
  switch (stage1_->stage1(bytes, json.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
      return ParseError::none;
    case simdjson::UTF8_ERROR:
      return ParseError::invalid_utf8;
    case simdjson::EMPTY:
      return ParseError::not_object;
    default:
      return ParseError::invalid_json;
  }
}

bool StructuralIndex::fit(std::size_t bytes) {
  const std::size_t wanted = std::max(bytes, capacity_usual);
  const bool giant_is_over = capacity_ > capacity_usual * 16 && wanted == capacity_usual;
  if (stage1_ && wanted <= capacity_ && !giant_is_over) return true;
  capacity_ = 0;
  const simdjson::implementation& cpu = *simdjson::get_active_implementation();
  if (cpu.create_dom_parser_implementation(wanted, depth_max, stage1_) != simdjson::SUCCESS) return false;
  capacity_ = wanted;
  return true;
}

const std::uint32_t* StructuralIndex::begin() const {
  return stage1_->structural_indexes.get();
}
std::size_t StructuralIndex::size() const {
  return stage1_->n_structural_indexes;
}

}  // namespace towline::record
