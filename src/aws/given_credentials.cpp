#include "aws/given_credentials.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>

#include "record/timestamp.hpp"

namespace towline::aws {

namespace {

using simdjson::dom::element;

bool is_word(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

std::optional<WallTime> time_of(std::string_view text) {
  static const std::array<record::TimeFormat, 1> formats = {record::TimeForm::iso8601};
  const record::Timestamp time = record::parse_timestamp(text, formats, {});
  if (time.error != record::TimeError::none) return std::nullopt;
  return time.time;
}

// The text of a member: empty where it is missing or null, nothing where it is something else.
std::optional<std::string_view> text_in(const element& document, const char* member) {
  element value;
  if (document[member].get(value) != simdjson::SUCCESS || value.is_null()) return std::string_view();
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

}  // namespace

Result<Credentials> checked(const Given& given, const std::string& who) {
  if (given.access_key_id.empty()) return Error{who + " gave no access key id"};
  if (given.secret_access_key.empty()) return Error{who + " gave no secret access key"};
  if (!is_word(given.access_key_id, access_key_id_max)) return Error{who + " gave an access key id that is none"};
  if (!is_word(given.secret_access_key, secret_access_key_max))
    return Error{who + " gave a secret access key that is none"};
  if (!given.session_token.empty() && !is_word(given.session_token, session_token_max))
    return Error{who + " gave a session token that is none"};
  Credentials credentials{std::string(given.access_key_id), Secret(std::string(given.secret_access_key)),
                          Secret(std::string(given.session_token)), std::nullopt};
  if (given.expiration.empty()) return credentials;
  credentials.expires = time_of(given.expiration);
  if (!credentials.expires) return Error{who + " gave an expiration that is no date"};
  return credentials;
}

Result<Credentials> credentials_in_json(std::string_view json, const JsonForm& form, const std::string& who) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  element document;
  if (parser.parse(padded).get(document) != simdjson::SUCCESS || !document.is_object())
    return Error{who + " gave something that is not a JSON object"};
  std::int64_t version = 0;
  if (form.version != 0 && (document["Version"].get(version) != simdjson::SUCCESS || version != form.version))
    return Error{who + " gave an object whose Version is not " + std::to_string(form.version)};
  std::array<std::string_view, 4> texts;
  const std::array members = {"AccessKeyId", "SecretAccessKey", form.token_member, "Expiration"};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::optional<std::string_view> text = text_in(document, members[i]);
    if (!text) return Error{who + " gave something that is no text as " + members[i]};
    texts[i] = *text;
  }
  return checked({texts[0], texts[1], texts[2], texts[3]}, who);
}

bool is_header_value(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c < '\x7F'; });
}

}  // namespace towline::aws
