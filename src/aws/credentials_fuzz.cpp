// Fuzz target: arbitrary bytes as whatever somebody may give as credentials: JSON, STS' XML, a shared file. What comes
// out can be sent in headers, and nothing of what came in shows in an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "aws/given_credentials.hpp"
#include "aws/ini_file.hpp"
#include "aws/xml_text.hpp"

namespace {

using namespace towline;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_word(std::string_view text) {
  return text.find(' ') == std::string_view::npos && aws::is_header_value(text, aws::session_token_max);
}

void check(const Result<aws::Credentials>& credentials) {
  if (!credentials) {
    require(credentials.error().message.starts_with("it ") && credentials.error().message.size() < 80);
    return;
  }
  require(is_word(credentials->access_key_id) && is_word(credentials->secret_access_key.reveal()));
  require(credentials->session_token.empty() || is_word(credentials->session_token.reveal()));
}

void check_xml(std::string_view text) {
  const auto element = aws::xml_element(text, "A");
  const auto content = aws::xml_text(text, "A");
  require(!content || (element && content->size() <= element->size()));
}

void check_ini(std::string_view text) {
  std::size_t bytes = 0;
  for (const auto& [name, section] : aws::parse_ini(text)) {
    bytes += name.size();
    for (const auto& [setting, value] : section) {
      bytes += setting.size() + value.reveal().size();
      require(value.reveal().find('\n') == std::string_view::npos);
    }
  }
  require(bytes <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(aws::credentials_in_json(text, {.token_member = "Token"}, "it"));
  check(aws::credentials_in_json(text, {.token_member = "SessionToken", .version = 1}, "it"));
  const std::string_view half = text.substr(0, size / 2);
  check(aws::checked({half, text.substr(size / 2), half, half}, "it"));
  check(aws::checked({"AKID", "secret", half, text.substr(size / 2)}, "it"));
  check_xml(text);
  check_ini(text);
  return 0;
}
