// Groups of digits with something between them, as telephone numbers are written.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace towline::redact {

struct DigitGroup {
  std::size_t begin;
  std::size_t end;
  std::size_t size() const { return end - begin; }
};

// The groups that begin at a place, as many as one number can have; `open` says that a bracket before them belongs to
// the number. A group in brackets is one alone. Reads a bounded part of the text.
class DigitGroups {
 public:
  static constexpr std::size_t digits_max = 24;
  static constexpr std::size_t groups_max = 10;

  DigitGroups(std::string_view text, std::size_t at, bool open);

  std::size_t count() const { return count_; }
  const DigitGroup& operator[](std::size_t i) const { return groups_[i]; }
  std::string_view text(std::size_t i) const { return text_.substr(groups_[i].begin, groups_[i].size()); }
  // What stands between a group and the next one.
  std::string_view gap(std::size_t i) const {
    return text_.substr(groups_[i].end, groups_[i + 1].begin - groups_[i].end);
  }
  bool blank_gaps(std::size_t from, std::size_t to) const;
  // Whether the groups from the first one on have these numbers of digits.
  template <class... Sizes>
  bool have_sizes(Sizes... sizes) const {
    std::size_t i = 0;
    return count_ >= sizeof...(sizes) && ((groups_[i++].size() == static_cast<std::size_t>(sizes)) && ...);
  }

 private:
  std::string_view text_;
  std::array<DigitGroup, groups_max> groups_{};
  std::size_t count_ = 0;
};

}  // namespace towline::redact
