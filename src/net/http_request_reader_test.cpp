// What is a request and what isn't, whatever way its bytes are split.
#include "net/http_request_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace towline::net {
namespace {

using Status = HttpRequestReader::Status;

// What came of the bytes: the verdict, the body, and what was left for the next request.
struct Outcome {
  Status status = Status::going;
  std::string body;
  std::string left;
  bool operator==(const Outcome&) const = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << "status " << static_cast<int>(outcome.status) << " body \"" << outcome.body << "\" left \"" << outcome.left
       << '"';
}

class Feeder {
 public:
  explicit Feeder(HttpRequestLimits limits = {}) : reader_(limits) {}

  void feed(std::string_view bytes) {
    if (!in_body_ && outcome_.status == Status::going && !bytes.empty()) {
      outcome_.status = reader_.take_head(bytes);
      in_body_ = outcome_.status == Status::done;
      if (in_body_ && !reader_.body_done()) outcome_.status = Status::going;
    }
    while (in_body_ && outcome_.status == Status::going && !bytes.empty()) {
      std::string_view piece;
      outcome_.status = reader_.take_body(bytes, piece);
      outcome_.body += piece;
    }
    outcome_.left += bytes;
  }
  const HttpRequestReader& reader() const { return reader_; }
  Outcome outcome() const {
    Outcome result = outcome_;
    if (result.status != Status::done) result.left.clear();  // nobody reads on
    return result;
  }

 private:
  HttpRequestReader reader_;
  bool in_body_ = false;
  Outcome outcome_;
};

Outcome read_in_two(const std::string& bytes, std::size_t split) {
  Feeder feeder;
  feeder.feed(std::string_view(bytes).substr(0, split));
  feeder.feed(std::string_view(bytes).substr(split));
  return feeder.outcome();
}

// Whole, byte by byte, and in two at each position: always the same.
Outcome outcome_of(const std::string& bytes) {
  const Outcome whole = read_in_two(bytes, 0);
  for (std::size_t split = 1; split < bytes.size(); ++split) {
    EXPECT_EQ(read_in_two(bytes, split), whole) << "split at " << split << " of " << bytes;
  }
  Feeder dripping;
  for (const char c : bytes) dripping.feed({&c, 1});
  EXPECT_EQ(dripping.outcome(), whole) << bytes;
  return whole;
}

std::string post(const std::string& fields, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

TEST(HttpRequestReader, ReadsAHead) {
  Feeder feeder;
  feeder.feed(
      "PUT /a?b=c HTTP/1.1\r\nhost: x:1\r\nX-Empty:\r\nContent-Type:  text/plain \r\nExpect: 100-continue\r\n\r\n");
  const HttpRequestReader& reader = feeder.reader();
  EXPECT_EQ(feeder.outcome().status, Status::done);
  EXPECT_EQ(reader.method(), "PUT");
  EXPECT_EQ(reader.target(), "/a?b=c");
  EXPECT_EQ(reader.field("Host"), "x:1");
  EXPECT_EQ(reader.field("content-type"), "text/plain");
  EXPECT_EQ(reader.field("x-empty"), "");
  EXPECT_EQ(reader.field("missing"), "");
  EXPECT_FALSE(reader.is_http_1_0());
  EXPECT_TRUE(reader.keep_alive());
  EXPECT_FALSE(reader.has_body());
  EXPECT_EQ(reader.content_length(), std::nullopt);
}

TEST(HttpRequestReader, KnowsWhoStays) {
  const auto keep_alive = [](const std::string& head) {
    Feeder feeder;
    feeder.feed(head + "\r\n\r\n");
    return feeder.reader().keep_alive();
  };
  EXPECT_TRUE(keep_alive("GET / HTTP/1.1\r\nHost: a"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close"));
  EXPECT_FALSE(keep_alive("GET / HTTP/1.0"));
  EXPECT_TRUE(keep_alive("GET / HTTP/1.0\r\nConnection: keep-alive"));
}

struct Good {
  std::string bytes;
  std::string body;
  std::string left;
};

TEST(HttpRequestReader, TakesWhatIsClear) {
  const std::vector<Good> table{
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next", "", "GET /next"},
      {"GET / HTTP/1.0\r\n\r\n", "", ""},
      {post("Content-Length: 0\r\n", "next"), "", "next"},
      {post("content-length:5\r\n", "helloPOST"), "hello", "POST"},
      {post("Content-Length: 0000005\r\n", "hello"), "hello", ""},
      {post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\nnext"), "hello", "next"},
      {post("transfer-encoding: Chunked\r\n", "2;a=b\r\nhe\r\n00a\r\n0123456789\r\n0;x\r\nTrailer: 1\r\n\r\n"),
       "he0123456789", ""},
      {post("Transfer-Encoding: chunked\r\n", "A\r\n0123456789\r\n0\r\nContent-Length: 9\r\n\r\n"), "0123456789", ""},
      {"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", "hi", ""},
      {"POST / HTTP/1.1\r\nHost: a\r\nX: \xc3\xa4 \t;\"\r\nContent-Length: 2\r\n\r\nhi", "hi", ""},
  };
  for (const Good& row : table)
    EXPECT_EQ(outcome_of(row.bytes), (Outcome{Status::done, row.body, row.left})) << row.bytes;
}

// The ways in which one request is smuggled inside another, and their relatives.
TEST(HttpRequestReader, RefusesWhatIsNot) {
  const std::string hi = "2\r\nhi\r\n0\r\n\r\n";
  const std::vector<std::string> table{
      // two ways to say where the body ends
      post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", hi),
      post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", hi),
      post("Content-Length: 2\r\nContent-Length: 3\r\n", "hi"),
      post("Content-Length: 2\r\nContent-Length: 2\r\n", "hi"),
      post("Content-Length: 2, 2\r\n", "hi"),
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", hi),
      // codings that somebody may not understand
      post("Transfer-Encoding: xchunked\r\n", hi),
      post("Transfer-Encoding: identity\r\n", hi),
      post("Transfer-Encoding: gzip, chunked\r\n", hi),
      post("Transfer-Encoding: chunked, identity\r\n", hi),
      post("Transfer-Encoding: chunked, chunked\r\n", hi),
      post("Transfer-Encoding: \"chunked\"\r\n", hi),
      post("Transfer-Encoding: chunked;q=1\r\n", hi),
      post("Transfer-Encoding:\r\n", hi),
      post("Transfer-Encoding: \x0b"
           "chunked\r\n",
           hi),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + hi,
      // lengths that are no numbers
      post("Content-Length: -2\r\n", "hi"),
      post("Content-Length: +2\r\n", "hi"),
      post("Content-Length: 0x2\r\n", "hi"),
      post("Content-Length: 2 2\r\n", "hi"),
      post("Content-Length: two\r\n", "hi"),
      post("Content-Length:\r\n", "hi"),
      post("Content-Length: 99999999999999999999\r\n", "hi"),
      post("Content-Length: 18446744073709551618\r\n", "hi"),
      // names that somebody may read differently
      post("Content-Length : 2\r\n", "hi"),
      post("Transfer-Encoding : chunked\r\n", hi),
      post(" Content-Length: 2\r\n", "hi"),
      post("X: a\r\n Content-Length: 2\r\n", "hi"),
      post("X: a\r\n\tfolded\r\n", ""),
      post("Content-Length\r\n", ""),
      post(": 2\r\n", ""),
      post("Content Length: 2\r\n", "hi"),
      post(std::string("Content-Length\0: 2\r\n", 20), "hi"),
      post(std::string("X: a\0b\r\n", 8), ""),
      post("X: a\x7f\r\n", ""),
      post("X: a\rb\r\n", ""),
      // line ends
      "POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi\r\n\r\n",
      post("X: a\nContent-Length: 2\r\n", "hi"),
      post("X: a\n\r\n", ""),
      post("X: a\r\r\n", ""),
      "\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n",
      // request lines
      "POST  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "POST / a HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /\r\nHost: a\r\n\r\n",
      "POST / HTTP/2.0\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.2\r\nHost: a\r\n\r\n",
      "POST / HTTP/9\r\nHost: a\r\n\r\n",
      "POST / http/1.1\r\nHost: a\r\n\r\n",
      "PO(ST / HTTP/1.1\r\nHost: a\r\n\r\n",
      " / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",
      // two hosts
      "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      // chunks
      post("Transfer-Encoding: chunked\r\n", "2\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "2\r\nhi\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "2\r\nhix\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "10000000000000002\r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "0x2\r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "-2\r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "2 \r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", " 2\r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "\r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", ";a\r\nhi\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\n folded: 1\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "2\r\nhi\r\n0\r\nX: 1\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "2;a\nb\r\nhi\r\n0\r\n\r\n"),
  };
  for (const std::string& bytes : table) EXPECT_EQ(outcome_of(bytes).status, Status::malformed) << bytes;
}

TEST(HttpRequestReader, BoundsTheHead) {
  const auto status_of = [](const std::string& bytes) { return outcome_of(bytes).status; };
  EXPECT_EQ(read_in_two(post("X: " + std::string(20'000, 'x') + "\r\n", ""), 0).status, Status::too_large);
  EXPECT_EQ(read_in_two("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'), 9'000).status, Status::too_large);
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X: " + std::to_string(i) + "\r\n";
  EXPECT_EQ(status_of(post(fields, "")), Status::done);
  EXPECT_EQ(status_of(post(fields + "X: 99\r\n", "")), Status::too_large);

  const std::string shortest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  Feeder exact({shortest.size(), 100});
  exact.feed(shortest + "left");
  EXPECT_EQ(exact.outcome(), (Outcome{Status::done, "", "left"}));
  Feeder over({shortest.size() - 1, 100});
  over.feed(shortest);
  EXPECT_EQ(over.outcome().status, Status::too_large);
}

TEST(HttpRequestReader, BoundsWhatIsAroundChunks) {
  const std::string head = post("Transfer-Encoding: chunked\r\n", "");
  EXPECT_EQ(read_in_two(head + "2;" + std::string(5'000, 'x'), 0).status, Status::malformed);
  EXPECT_EQ(read_in_two(head + std::string(5'000, '0'), 0).status, Status::malformed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 1'000; ++i) trailers += "X: 1\r\n";
  EXPECT_EQ(read_in_two(head + trailers, 0).status, Status::malformed);
}

}  // namespace
}  // namespace towline::net
