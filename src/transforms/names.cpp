#include "transforms/names.hpp"

#include <algorithm>
#include <numeric>

#include "record/json_text.hpp"

namespace towline::transforms {

namespace {

constexpr std::size_t names_kept = 8192;
constexpr std::size_t bytes_kept = std::size_t{128} * 1024;

}  // namespace

void Names::clear() {
  if (text_.capacity() > bytes_kept) text_ = std::string();
  if (names_.capacity() > names_kept) names_ = {};
  if (order_.capacity() > names_kept) order_ = {};
  text_.clear();
  names_.clear();
}

void Names::add(std::string_view name) {
  const std::size_t begin = text_.size();
  text_ += name;
  names_.push_back({begin, text_.size(), 0});
}

void Names::add_key(const record::Record& record, record::NodeId member) {
  if (!record.key_escaped(member)) return add(record.key(member));
  const std::size_t begin = text_.size();
  if (!record::append_decoded(text_, record.key(member))) text_ += record.key(member);  // can't be: it was parsed
  names_.push_back({begin, text_.size(), 0});
}

void Names::compare() {
  order_.resize(names_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [this](std::size_t a, std::size_t b) {
    const int order = (*this)[a].compare((*this)[b]);
    return order != 0 ? order < 0 : a < b;
  });
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const bool again = i > 0 && (*this)[order_[i]] == (*this)[order_[i - 1]];
    names_[order_[i]].first = again ? names_[order_[i - 1]].first : order_[i];
  }
}

}  // namespace towline::transforms
