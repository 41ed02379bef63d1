// Fuzzes what the http source does with a body after it is unpacked: finding the records in it. Oracles: simdjson's DOM
// parser agrees on what is an array of objects and on its elements; the lines are those that the framer of the other
// sources finds; however a compressed body is split, it unpacks to the same bytes.
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "codec/framing.hpp"
#include "codec/inflate.hpp"
#include "record/record.hpp"
#include "sources/http/body_splitter.hpp"

namespace {

using towline::codec::Coding;
using towline::codec::Inflater;
using towline::http::BodyForm;
using towline::http::BodySplitter;
using towline::record::ParseError;
using towline::record::Record;

constexpr std::string_view space = " \t\r\n";

std::string padded(std::string_view text) {
  return std::string(text) + std::string(towline::record::padding, '\x7f');
}

bool is_record(std::string_view json) {
  const std::string block = padded(json);
  Record record;
  return record.parse(std::string_view(block).substr(0, json.size()), {}) == ParseError::none;
}

struct Found {
  std::vector<std::string> elements;
  bool all_records = true;
  bool fault = false;
};

Found split(std::string_view body, BodyForm form) {
  Found found;
  BodySplitter splitter(body, form);
  std::size_t before = 0;
  while (const auto element = splitter.next()) {
    CHECK(!element->bytes.empty());
    CHECK(element->bytes.data() >= body.data() + before && splitter.position() <= body.size());
    CHECK(splitter.position() > before);
    before = splitter.position();
    found.elements.emplace_back(element->bytes);
    found.all_records = found.all_records && is_record(element->bytes);
  }
  found.fault = !splitter.fault().empty();
  return found;
}

// What is taken in of a body that begins with '[' must be what a whole parser finds in it.
void check_array(std::string_view body) {
  const Found found = split(body, BodyForm::json);
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  const bool is_array = parser.parse(body.data(), body.size()).get_array().get(array) == simdjson::SUCCESS;
  if (!found.fault && found.all_records) {
    CHECK(is_array);
    CHECK(array.size() == found.elements.size() || found.elements.size() >= 0xFFFFFF);
  }
  if (!is_array) return;
  bool only_objects = true;
  std::size_t index = 0;
  for (const simdjson::dom::element element : array) {
    only_objects = only_objects && element.is_object();
    if (!only_objects) break;
    CHECK(index < found.elements.size());
    simdjson::dom::parser single;
    simdjson::dom::element alone;
    CHECK(single.parse(found.elements[index]).get(alone) == simdjson::SUCCESS);
    CHECK(simdjson::minify(alone) == simdjson::minify(element));
    ++index;
  }
  CHECK(only_objects == !found.fault);
}

void check_lines(std::string_view body) {
  std::vector<std::string> framed;
  const std::string block = padded(body);
  towline::codec::LineFramer framer(1U << 20U);
  const auto take = [&framed](const towline::codec::Frame& frame) {
    if (frame.bytes.find_first_not_of(" \t\r") != std::string_view::npos) framed.emplace_back(frame.bytes);
  };
  framer.feed(std::string_view(block).substr(0, body.size()));
  while (const auto frame = framer.next()) take(*frame);
  if (const auto frame = framer.finish()) take(*frame);
  CHECK(split(body, BodyForm::lines).elements == framed);
}

// What join_lines() makes of a record is the same record, on one line.
void check_joined(const std::string& json) {
  std::string joined = json;
  towline::http::join_lines(joined);
  CHECK(joined.find_first_of("\r\n") == std::string::npos);
  simdjson::dom::parser first;
  simdjson::dom::parser second;
  simdjson::dom::element a;
  simdjson::dom::element b;
  if (first.parse(json).get(a) != simdjson::SUCCESS) return;
  CHECK(second.parse(joined).get(b) == simdjson::SUCCESS);
  CHECK(simdjson::minify(a) == simdjson::minify(b));
}

struct Unpacked {
  std::string plain;
  Inflater::Status status = Inflater::Status::going;
  bool complete = false;
};

Unpacked unpack(Coding coding, std::string_view bytes, std::size_t step) {
  constexpr std::size_t limit = 1U << 20U;
  Unpacked result;
  Inflater inflater(coding);
  const Inflater::Out out = [&result](std::string_view piece) {
    result.plain += piece;
    return result.plain.size() <= limit;
  };
  for (; !bytes.empty() && result.status == Inflater::Status::going;
       bytes.remove_prefix(std::min(step, bytes.size()))) {
    result.status = inflater.feed(bytes.substr(0, step), out);
  }
  CHECK(result.plain.size() <= limit + Inflater::output_max);
  CHECK(inflater.memory() <= Inflater::window_max + (std::size_t{1} << 20U));
  result.complete = result.status == Inflater::Status::going && inflater.complete();
  return result;
}

void check_unpacking(Coding coding, std::string_view bytes, std::size_t step) {
  const Unpacked whole = unpack(coding, bytes, bytes.size() + 1);
  const Unpacked parts = unpack(coding, bytes, step);
  CHECK(whole.complete == parts.complete);
  if (whole.complete) CHECK(whole.plain == parts.plain);
}

}  // namespace

// The first byte says what the rest is: JSON, lines, or a compressed body that is read in steps.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string input(data + 1, data + size);
  const std::string_view body(input);
  switch (data[0] % 8) {
    case 0:
      check_unpacking(Coding::gzip, body, data[0] / 8U + 1U);
      return 0;
    case 1:
      check_unpacking(Coding::deflate, body, data[0] / 8U + 1U);
      return 0;
    case 2:
      check_unpacking(Coding::zstd, body, data[0] / 8U + 1U);
      return 0;
    case 3:
      check_lines(body);
      return 0;
    default:
      break;
  }
  static_cast<void>(towline::http::form_of("", body));
  const std::size_t first = body.find_first_not_of(space);
  if (first != std::string_view::npos && body[first] == '[') check_array(body);
  for (const std::string& element : split(body, BodyForm::json).elements) check_joined(element);
  return 0;
}
