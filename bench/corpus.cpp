#include "corpus.hpp"

#include "base/random.hpp"
#include "record/record.hpp"

namespace towline::bench {

namespace {

std::string number(Random& random, std::uint64_t bound) {
  return std::to_string(random.below(bound));
}

std::string hex(Random& random, int digits) {
  std::string text;
  for (int i = 0; i < digits; ++i) text += "0123456789abcdef"[random.below(16)];
  return text;
}

std::string uuid(Random& random) {
  return hex(random, 8) + "-" + hex(random, 4) + "-4" + hex(random, 3) + "-a" + hex(random, 3) + "-" + hex(random, 12);
}

std::string time(Random& random) {
  return "2026-11-20T1" + number(random, 10) + ":2" + number(random, 10) + ":3" + number(random, 10) + ".12345" +
         number(random, 10) + "Z";
}

// One in eight has something to redact.
std::string message(Random& random, bool secrets) {
  switch (secrets ? random.below(24) : 23) {
    case 0:
      return "mail sent to someone.else" + number(random, 1000) + "@example.com, queued as " + hex(random, 10);
    case 1:
      return "payment with 4111 1111 1111 1111 accepted for order " + number(random, 1000000);
    case 2:
      return "calling upstream with Authorization: Bearer " + hex(random, 40);
    default:
      return "handled request for customer " + number(random, 100000) + " in the usual way, cache miss";
  }
}

std::string flat(Random& random, bool secrets) {
  return R"({"timestamp": ")" + time(random) + R"(", "level": "info", "logger": "app.views.orders", "event": ")" +
         message(random, secrets) + R"(", "request_id": ")" + uuid(random) + R"(", "user_id": )" +
         number(random, 1000000) + R"(, "request": {"method": "GET", "path": "/api/v1/orders/)" +
         number(random, 100000) + R"(", "status": 200, "duration_ms": 12.)" + number(random, 1000) +
         R"(, "remote_addr": "10.0.)" + number(random, 255) +
         ".7\"}, \"host\": \"web-3.internal\", \"pid\": " + number(random, 30000) +
         R"(, "thread": "MainThread", "version": "2026.11.3", "environment": "production"})";
}

std::string with_extra(Random& random, bool secrets) {
  return R"({"timestamp":")" + time(random) + R"(","category":"billing","severity":"WARNING","message":")" +
         message(random, secrets) + R"(","extra":{"attempt":)" + number(random, 9) + R"(,"invoice":")" + uuid(random) +
         R"(","amount":)" + number(random, 10000) +
         R"(.25,"currency":"EUR","tags":["nightly","retry","batch"],"parent":")" + hex(random, 32) +
         R"(","ok":true,"note":null},"trace_id":")" + hex(random, 32) + R"(","span_id":")" + hex(random, 16) +
         R"(","service":"billing-worker"})";
}

std::string with_metadata(Random& random, bool secrets) {
  return R"({"timestamp": ")" + time(random) + R"(", "level": "debug", "event": ")" + message(random, secrets) +
         R"(", "context": {"session": ")" + uuid(random) +
         R"(", "tenant": "acme", "feature_flags": ["new_ui", "beta"]}, )" +
         R"("metadata": {"user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) )" +
         "Chrome/120.0." + number(random, 9999) +
         R"(.0 Safari/537.36", "referer": "https://shop.example.com/cart?step=)" + number(random, 9) +
         R"(", "build": ")" + hex(random, 40) + R"("}, "line": )" + number(random, 900) + "}";
}

}  // namespace

Corpus make_corpus(std::size_t bytes, bool secrets) {
  Corpus corpus;
  SeededRandom random(7);
  std::vector<std::size_t> sizes;
  while (corpus.text.size() < bytes) {
    const std::size_t before = corpus.text.size();
    switch (random.below(3)) {
      case 0:
        corpus.text += flat(random, secrets);
        break;
      case 1:
        corpus.text += with_extra(random, secrets);
        break;
      default:
        corpus.text += with_metadata(random, secrets);
        break;
    }
    sizes.push_back(corpus.text.size() - before);
    corpus.text += '\n';
  }
  corpus.text.append(record::padding, '\0');
  std::size_t at = 0;
  for (const std::size_t size : sizes) {
    corpus.lines.push_back(std::string_view(corpus.text).substr(at, size));
    at += size + 1;
  }
  return corpus;
}

}  // namespace towline::bench
