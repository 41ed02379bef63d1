#include "app/commands/test/report.hpp"

#include <algorithm>
#include <ostream>
#include <sstream>

#include "app/printable.hpp"

namespace towline::app {

namespace {

enum class Colour : unsigned char { red, green, yellow, faint };

// Text in a colour, where the terminal wants one. What is in records and names doesn't steer it.
class Painter {
 public:
  Painter(std::ostream& out, bool on) : out_(out), on_(on) {}

  void line(Colour colour, const std::string& text) const {
    if (on_) out_ << code(colour);
    out_ << printable(text, Tabs::kept);
    if (on_) out_ << "\x1B[0m";
    out_ << '\n';
  }
  void line(const std::string& text) const { out_ << printable(text, Tabs::kept) << '\n'; }

 private:
  static const char* code(Colour colour) {
    switch (colour) {
      case Colour::red:
        return "\x1B[31m";
      case Colour::green:
        return "\x1B[32m";
      case Colour::yellow:
        return "\x1B[33m";
      case Colour::faint:
        return "\x1B[2m";
    }
    return "";
  }

  std::ostream& out_;
  bool on_;
};

std::string place(const TestCase& test_case) {
  if (test_case.mark.line == 0) return test_case.name;
  return test_case.file.string() + ":" + std::to_string(test_case.mark.line) + ": " + test_case.name;
}

void print_fields(const FieldDiff& fields, const std::string& indent, const Painter& painter) {
  for (const std::string& field : fields.gone) painter.line(Colour::red, indent + "- " + field);
  for (const std::string& field : fields.come) painter.line(Colour::green, indent + "+ " + field);
}

void print_difference(const OutputDiff& difference, const Painter& painter) {
  const std::string record = "      record " + std::to_string(difference.number);
  if (!difference.actual) {
    painter.line(record + " is missing");
    painter.line(Colour::red, "      - " + *difference.expected);
  } else if (!difference.expected) {
    painter.line(record + " is not expected");
    painter.line(Colour::green, "      + " + *difference.actual);
  } else {
    painter.line(record);
    print_fields(difference.fields, "      ", painter);
  }
}

void print_steps(const RecordTrace& record, const Painter& painter) {
  for (const StepTrace& step : record.steps) {
    if (step.filtered) {
      painter.line(Colour::yellow, "      " + step.step + ": filtered");
      continue;
    }
    const FieldDiff fields = diff(step.before, step.after);
    painter.line(Colour::faint, "      " + step.step + (fields.empty() ? ": no change" : ""));
    print_fields(fields, "        ", painter);
  }
}

// What became of a record of which nothing is expected.
void print_fate(const RecordTrace& record, const Painter& painter) {
  for (const std::string& output : record.outputs) print_fields(diff(record.input, output), "      ", painter);
  if (!record.outputs.empty()) return;
  const auto filtered =
      std::find_if(record.steps.begin(), record.steps.end(), [](const auto& s) { return s.filtered; });
  painter.line(Colour::yellow,
               "      filtered" + (filtered == record.steps.end() ? std::string() : " by " + filtered->step));
}

void print_records(const Verdict& verdict, const ReportStyle& style, const Painter& painter) {
  const bool is_sample = !verdict.test_case.expected;
  if (!style.explain && !is_sample) return;
  for (std::size_t i = 0; i < verdict.records.size(); ++i) {
    painter.line("    input " + std::to_string(i + 1));
    if (style.explain)
      print_steps(verdict.records[i], painter);
    else
      print_fate(verdict.records[i], painter);
  }
}

// Of printable text and line ends.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

}  // namespace

void print_verdict(const Verdict& verdict, const ReportStyle& style, std::ostream& out) {
  const Painter painter(out, style.colour);
  const std::string where = place(verdict.test_case);
  if (verdict.passed())
    painter.line(Colour::green, (verdict.test_case.expected ? "ok    " : "sample ") + where);
  else
    painter.line(Colour::red, "FAIL  " + where);
  if (!verdict.unusable.empty()) painter.line("      " + verdict.unusable);
  for (const std::string& found : verdict.pii) painter.line(Colour::red, "      still there: " + found);
  if (verdict.test_case.expected) {
    for (const OutputDiff& difference : differences(verdict)) print_difference(difference, painter);
  }
  print_records(verdict, style, painter);
}

void print_summary(std::span<const Verdict> verdicts, const ReportStyle& style, std::ostream& out) {
  const auto passed = static_cast<std::size_t>(
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) { return verdict.passed(); }));
  const std::size_t failed = verdicts.size() - passed;
  Painter(out, style.colour)
      .line(failed == 0 ? Colour::green : Colour::red,
            std::to_string(passed) + " passed, " + std::to_string(failed) + " failed");
}

void write_junit(std::span<const Verdict> verdicts, std::ostream& out) {
  const auto failed =
      std::count_if(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) { return !verdict.passed(); });
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"towline test\" tests=\"" << verdicts.size()
      << "\" failures=\"" << failed << "\">\n";
  for (const Verdict& verdict : verdicts) {
    out << "  <testcase classname=\"" << xml(printable(verdict.test_case.file.string())) << "\" name=\""
        << xml(printable(verdict.test_case.name)) << "\"";
    if (verdict.passed()) {
      out << "/>\n";
      continue;
    }
    std::ostringstream text;
    print_verdict(verdict, {}, text);
    out << ">\n    <failure>" << xml(text.str()) << "</failure>\n  </testcase>\n";
  }
  out << "</testsuite>\n";
}

}  // namespace towline::app
