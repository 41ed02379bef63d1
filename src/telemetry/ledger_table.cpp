// The ledger for a person at a terminal.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "telemetry/ledger.hpp"

namespace towline::telemetry {

namespace {

using Row = std::vector<std::string>;

// 1234567 becomes "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

std::string balance_text(const SinkBalance& sink) {
  const std::int64_t difference = sink.difference();
  if (difference == 0) return "ok";
  const auto magnitude = static_cast<std::uint64_t>(difference);
  return difference > 0 ? "+" + grouped(magnitude) : "-" + grouped(0 - magnitude);
}

// Few sinks have a fallback, and the others' table is wide enough.
constexpr std::ptrdiff_t diverted_column = 3;

Row title_of(bool with_diverted) {
  Row title{"sink", "received", "delivered", "held", "dead letters", "dropped", "filtered", "balance"};
  if (with_diverted) title.insert(title.begin() + diverted_column, "diverted");
  return title;
}

Row row_of(const SinkBalance& sink, bool with_diverted) {
  Row row{sink.sink,
          grouped(sink.received),
          grouped(sink.delivered),
          grouped(sink.held),
          grouped(sink.dead_lettered),
          grouped(sink.dropped_total()),
          grouped(sink.filtered_total()),
          balance_text(sink)};
  if (with_diverted) row.insert(row.begin() + diverted_column, grouped(sink.diverted));
  return row;
}

// The first column is left-aligned, the numbers right-aligned.
std::string line_of(const Row& row, const std::vector<std::size_t>& widths) {
  std::string line = row[0] + std::string(widths[0] - row[0].size(), ' ');
  for (std::size_t i = 1; i < row.size(); ++i) line += std::string(2 + widths[i] - row[i].size(), ' ') + row[i];
  return line + "\n";
}

std::string reasons_of(const SinkBalance& sink) {
  std::string lines;
  for (const auto& [reason, count] : sink.dropped) lines += "  dropped " + grouped(count) + ": " + reason + "\n";
  for (const auto& [step, count] : sink.filtered) lines += "  filtered " + grouped(count) + ": " + step + "\n";
  return lines;
}

}  // namespace

std::string to_table(const Ledger& ledger) {
  const bool with_diverted =
      std::ranges::any_of(ledger.sinks, [](const SinkBalance& sink) { return sink.diverted > 0; });
  std::vector<Row> rows{title_of(with_diverted)};
  for (const SinkBalance& sink : ledger.sinks) rows.push_back(row_of(sink, with_diverted));

  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }

  std::string table = line_of(rows.front(), widths);
  for (std::size_t i = 0; i < ledger.sinks.size(); ++i) {
    table += line_of(rows[i + 1], widths) + reasons_of(ledger.sinks[i]);
  }
  return table;
}

}  // namespace towline::telemetry
