#include "config/problems.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>

#include "base/json_string.hpp"

namespace towline::config {

void Problems::add(Mark mark, std::string message, std::string hint) {
  ++count_;
  if (std::find(closed_.begin(), closed_.end(), mark) != closed_.end()) return;
  if (problems_.size() == kept_max) {
    ++left_out_;
    return;
  }
  if (!path_.empty()) message = path_ + ": " + message;
  const auto after = std::upper_bound(problems_.begin(), problems_.end(), mark,
                                      [](Mark left, const Problem& right) { return left < right.mark; });
  problems_.insert(after, {mark, std::move(message), std::move(hint)});
}

void Problems::add_last(Mark mark, std::string message, std::string hint) {
  add(mark, std::move(message), std::move(hint));
  if (closed_.size() < kept_max) closed_.push_back(mark);
}

void Problems::print(std::ostream& out) const {
  for (const Problem& problem : problems_) {
    out << source_;
    if (problem.mark.line != 0) out << ':' << problem.mark.line << ':' << problem.mark.column;
    out << ": error: " << problem.message << '\n';
    if (!problem.hint.empty()) out << "  hint: " << problem.hint << '\n';
  }
  if (left_out_ > 0) out << source_ << ": error: and " << left_out_ << " more problems\n";
}

std::string Problems::text() const {
  std::ostringstream out;
  print(out);
  return std::move(out).str();
}

Problems::Scope::Scope(Problems& problems, std::string_view key) : problems_(problems), length_(problems.path_.size()) {
  constexpr std::size_t path_max = 400;  // keys are the user's text: any length
  if (length_ > path_max) return;
  const bool is_index = key.starts_with('[');
  if (length_ != 0 && !is_index) problems_.path_ += '.';
  const std::string shown = in_quotes(key);
  problems_.path_.append(shown, 1, shown.size() - 2);  // escaped and cut, without the backquotes
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown_max = 60;
  std::string out = "`";
  std::size_t i = 0;
  while (i < text.size() && i < shown_max) {
    const std::size_t length = utf8_sequence_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    // C0, DEL and the C1 range (two bytes in UTF-8) steer terminals.
    const bool steers =
        byte < 0x20 || byte == 0x7F || (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0);
    if (length == 0 || steers) {
      constexpr std::string_view digits = "0123456789abcdef";
      out += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
      ++i;
    } else {
      out.append(text, i, length);
      i += length;
    }
  }
  return out + (i < text.size() ? "…`" : "`");
}

namespace {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> distance(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) distance[i][0] = i;
  std::iota(distance[0].begin(), distance[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = distance[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      distance[i][j] = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, substituted});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        distance[i][j] = std::min(distance[i][j], distance[i - 2][j - 2] + 1);
    }
  }
  return distance[a.size()][b.size()];
}

}  // namespace

std::string suggestion(std::string_view name, std::span<const std::string> known) {
  constexpr std::size_t name_max = 64;
  const std::string* best = nullptr;
  std::size_t best_distance = 0;
  for (const std::string& candidate : known) {
    if (name.size() > name_max || candidate.size() > name_max) continue;
    const std::size_t distance = edit_distance(name, candidate);
    const std::size_t tolerated = std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
    if (distance > tolerated || (best != nullptr && distance >= best_distance)) continue;
    best = &candidate;
    best_distance = distance;
  }
  if (best != nullptr) return "did you mean " + in_quotes(*best) + "?";
  std::string all;
  for (const std::string& candidate : known) all += (all.empty() ? "known: " : ", ") + candidate;
  return all;
}

}  // namespace towline::config
