// The status as JSON, to and fro. What a structure is called there stands once, in the members() below: the writer and
// the reader both visit them.
#include <simdjson.h>

#include <array>
#include <charconv>
#include <concepts>
#include <type_traits>
#include <utility>

#include "app/status.hpp"
#include "base/json_string.hpp"

namespace towline::app::status {

namespace {

using simdjson::dom::element;

template <class T, class S>
concept Is = std::same_as<std::remove_const_t<T>, S>;

template <class T>
concept Structure =
    Is<T, Source> || Is<T, Step> || Is<T, Transform> || Is<T, Stream> || Is<T, Sink> || Is<T, Edge> || Is<T, Status>;

void members(auto& visit, Is<Source> auto& source) {
  visit("id", source.id);
  visit("type", source.type);
  visit("received_records", source.received);
  visit("received_bytes", source.bytes);
  visit("invalid", source.invalid);
  visit("dropped", source.dropped);
  visit("connections", source.connections);
  visit("paused_milliseconds", source.paused_ms);
}

void members(auto& visit, Is<Step> auto& step) {
  visit("name", step.name);
  visit("filtered_records", step.filtered);
  visit("errors", step.errors);
}

void members(auto& visit, Is<Transform> auto& transform) {
  visit("id", transform.id);
  visit("in_records", transform.in);
  visit("out_records", transform.out);
  visit("steps", transform.steps);
}

void members(auto& visit, Is<Stream> auto& stream) {
  visit("id", stream.id);
  visit("durable", stream.durable);
  visit("well", stream.well);
  visit("memory_bytes", stream.memory_bytes);
  visit("disk_bytes", stream.disk_bytes);
  visit("disk_limit_bytes", stream.disk_limit);
  visit("appended_records", stream.appended);
}

void members(auto& visit, Is<Sink> auto& sink) {
  visit("id", sink.id);
  visit("type", sink.type);
  visit("state", sink.state);
  visit("cause", sink.cause);
  visit("failing", sink.failing);
  visit("diverting_to", sink.diverting_to);
  visit("retry_in_seconds", sink.retry_in);
  visit("last_error", sink.last_error);
  visit("last_error_age_seconds", sink.last_error_age);
  visit("held_records", sink.held);
  visit("held_bytes", sink.held_bytes);
  visit("oldest_held_seconds", sink.oldest_held);
  visit("in_flight", sink.in_flight);
  visit("in_flight_limit", sink.in_flight_limit);
  visit("sent_bytes", sink.sent_bytes);
  visit("attempts", sink.attempts);
  visit("delivered_records", sink.delivered);
  visit("diverted_records", sink.diverted);
  visit("dead_lettered_records", sink.dead_lettered);
  visit("dead_letters", sink.dead_letters);
  visit("dropped", sink.dropped);
}

void members(auto& visit, Is<Edge> auto& edge) {
  visit("from", edge.from);
  visit("to", edge.to);
}

void members(auto& visit, Is<Status> auto& status) {
  visit("version", status.version);
  visit("time", status.time);
  visit("phase", status.phase);
  visit("uptime_seconds", status.uptime);
  visit("in_memory", status.in_memory);
  visit("memory_used_bytes", status.memory_used);
  visit("memory_limit_bytes", status.memory_limit);
  visit("resident_bytes", status.resident_bytes);
  visit("cpu_seconds", status.cpu_seconds);
  visit("sources", status.sources);
  visit("transforms", status.transforms);
  visit("streams", status.streams);
  visit("sinks", status.sinks);
  visit("edges", status.edges);
  visit("ledger", status.ledger);
}

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <class Value>
  void operator()(std::string_view name, const Value& value) {
    out_ += std::exchange(separator_, ",");
    append_json_string(out_, name);
    out_ += ':';
    write(value);
  }

  template <Structure S>
  void write(const S& structure) {
    out_ += '{';
    Writer inside(out_);
    members(inside, structure);
    out_ += '}';
  }

 private:
  void write(const std::string& text) { append_json_string(out_, text); }
  void write(std::uint64_t number) { out_ += std::to_string(number); }
  void write(bool yes) { out_ += yes ? "true" : "false"; }
  void write(Seconds time) { write(time.count()); }

  void write(double number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 3);
    out_.append(digits.data(), end.ptr);
  }

  template <class Value>
  void write(const std::optional<Value>& value) {
    value ? write(*value) : void(out_ += "null");
  }

  void write(const Counts& counts) {
    out_ += '{';
    Writer inside(out_);
    for (const auto& [name, count] : counts) inside(name, count);
    out_ += '}';
  }

  template <class Value>
  void write(const std::vector<Value>& values) {
    out_ += '[';
    std::string_view separator;
    for (const Value& value : values) {
      out_ += std::exchange(separator, ",");
      write(value);
    }
    out_ += ']';
  }

  void write(const telemetry::Ledger& ledger) {
    std::string json = telemetry::to_json(ledger);
    json.pop_back();  // the end of the line
    out_ += json;
  }

  std::string& out_;
  std::string_view separator_;
};

// Remembers whether everything was there.
class Reader {
 public:
  explicit Reader(const element& object) : object_(object) {}

  template <class Value>
  void operator()(const char* name, Value& value) {
    element member;
    good_ = good_ && object_[name].get(member) == simdjson::SUCCESS && read(member, value);
  }

  template <Structure S>
  static bool read(const element& json, S& structure) {
    Reader inside(json);
    members(inside, structure);
    return inside.good_;
  }

 private:
  static bool read(const element& json, std::string& text) {
    std::string_view view;
    if (json.get(view) != simdjson::SUCCESS) return false;
    text = view;
    return true;
  }

  static bool read(const element& json, std::uint64_t& number) { return json.get(number) == simdjson::SUCCESS; }
  static bool read(const element& json, bool& yes) { return json.get(yes) == simdjson::SUCCESS; }
  static bool read(const element& json, double& number) { return json.get(number) == simdjson::SUCCESS; }

  static bool read(const element& json, Seconds& time) {
    double seconds = 0;
    if (!read(json, seconds)) return false;
    time = Seconds(seconds);
    return true;
  }

  template <class Value>
  static bool read(const element& json, std::optional<Value>& value) {
    return json.is_null() || read(json, value.emplace());
  }

  static bool read(const element& json, Counts& counts) {
    simdjson::dom::object object;
    if (json.get(object) != simdjson::SUCCESS) return false;
    for (const auto& [name, count] : object) {
      if (!read(count, counts[std::string(name)])) return false;
    }
    return true;
  }

  template <class Value>
  static bool read(const element& json, std::vector<Value>& values) {
    simdjson::dom::array array;
    if (json.get(array) != simdjson::SUCCESS) return false;
    for (const element each : array) {
      if (!read(each, values.emplace_back())) return false;
    }
    return true;
  }

  static bool read(const element& json, telemetry::Ledger& ledger) {
    Result<telemetry::Ledger> found = telemetry::from_json(simdjson::minify(json));
    if (!found) return false;
    ledger = std::move(*found);
    return true;
  }

  const element& object_;
  bool good_ = true;
};

}  // namespace

std::string to_json(const Status& status) {
  std::string json;
  Writer(json).write(status);
  json += '\n';
  return json;
}

Result<Status> from_json(std::string_view json) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  element root;
  Status status;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS || !Reader::read(root, status)) {
    return Error{"the answer is not a status"};
  }
  return status;
}

}  // namespace towline::app::status
