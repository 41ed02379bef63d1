#include "codec/inflate.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "codec/gzip_test_support.hpp"

namespace towline::codec {
namespace {

using Status = Inflater::Status;

enum class Form { gzip, zlib, raw, zstd };
constexpr Form forms[] = {Form::gzip, Form::zlib, Form::raw, Form::zstd};

Coding coding_of(Form form) {
  return form == Form::gzip ? Coding::gzip : form == Form::zstd ? Coding::zstd : Coding::deflate;
}

std::string zstd(const std::string& plain, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log > 0) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  ZSTD_inBuffer in{plain.data(), plain.size(), 0};
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  EXPECT_EQ(ZSTD_isError(ZSTD_compressStream2(context, &output, &in, ZSTD_e_continue)),
            0U);  // so it can't know the size
  EXPECT_EQ(ZSTD_compressStream2(context, &output, &in, ZSTD_e_end), 0U);
  out.resize(output.pos);
  ZSTD_freeCCtx(context);
  return out;
}

std::string packed(Form form, const std::string& plain) {
  switch (form) {
    case Form::gzip:
      return gzip(plain);
    case Form::zlib:
      return deflate_as(MAX_WBITS, plain);
    case Form::raw:
      return deflate_as(-MAX_WBITS, plain);
    case Form::zstd:
      break;
  }
  return zstd(plain);
}

struct Result {
  std::string plain;
  Status status = Status::going;
  bool complete = false;
};

Result inflate_in_steps(Coding coding, std::string_view bytes, std::size_t step, std::size_t limit = SIZE_MAX) {
  Inflater inflater(coding);
  Result result;
  const Inflater::Out out = [&](std::string_view piece) {
    EXPECT_LE(piece.size(), Inflater::output_max);
    result.plain += piece;
    return result.plain.size() <= limit;
  };
  for (std::size_t at = 0; at < bytes.size() && result.status == Status::going; at += step) {
    result.status = inflater.feed(bytes.substr(at, step), out);
  }
  result.complete = inflater.complete();
  return result;
}

std::string sample(std::size_t lines = 2000) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += R"({"n":)" + std::to_string(i * 7919) + R"(,"level":"INFO"})" + "\n";
  return text;
}

TEST(Inflate, KnowsItsCodings) {
  EXPECT_EQ(parse_coding(""), Coding::identity);
  EXPECT_EQ(parse_coding("identity"), Coding::identity);
  EXPECT_EQ(parse_coding("GZip"), Coding::gzip);
  EXPECT_EQ(parse_coding("x-gzip"), Coding::gzip);
  EXPECT_EQ(parse_coding("deflate"), Coding::deflate);
  EXPECT_EQ(parse_coding("zstd"), Coding::zstd);
  for (const char* unknown : {"br", "gzip, gzip", "gzip,", " gzip", "compress", "aes128gcm"}) {
    EXPECT_EQ(parse_coding(unknown), std::nullopt) << unknown;
  }
}

TEST(Inflate, IdentityIsHandedOn) {
  EXPECT_EQ(inflate_in_steps(Coding::identity, "hello world", 3).plain, "hello world");
  EXPECT_TRUE(inflate_in_steps(Coding::identity, "", 1).complete);
  EXPECT_EQ(inflate_in_steps(Coding::identity, "hello", 2, 1).status, Status::stopped);
}

TEST(Inflate, EveryFormHoweverItIsSplit) {
  const std::string plain = sample();
  for (const Form form : forms) {
    const std::string bytes = packed(form, plain);
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{1000}, bytes.size()}) {
      const Result result = inflate_in_steps(coding_of(form), bytes, step);
      EXPECT_EQ(result.status, Status::going);
      EXPECT_TRUE(result.complete);
      EXPECT_EQ(result.plain, plain) << static_cast<int>(form) << " in steps of " << step;
    }
  }
}

TEST(Inflate, SeveralMembersAndFrames) {
  const std::string one = sample(10);
  for (const Form form : {Form::gzip, Form::zstd}) {
    const std::string bytes = packed(form, one) + packed(form, "") + packed(form, "end");
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
      const Result result = inflate_in_steps(coding_of(form), bytes, step);
      EXPECT_TRUE(result.complete);
      EXPECT_EQ(result.plain, one + "end");
    }
  }
}

TEST(Inflate, OneMemberIsAllThatTheOthersHave) {
  for (const Form form : {Form::zlib, Form::raw}) {
    EXPECT_EQ(inflate_in_steps(Coding::deflate, packed(form, "a") + packed(form, "b"), 1).status, Status::corrupt);
  }
  EXPECT_EQ(inflate_in_steps(Coding::gzip, packed(Form::gzip, "a") + "garbage", 3).status, Status::corrupt);
  EXPECT_EQ(inflate_in_steps(Coding::zstd, packed(Form::zstd, "a") + "garbage", 3).status, Status::corrupt);
}

TEST(Inflate, ACutBodyIsNeverComplete) {
  const std::string plain = sample(30);
  for (const Form form : forms) {
    const std::string bytes = packed(form, plain);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Result result = inflate_in_steps(coding_of(form), std::string_view(bytes).substr(0, size), 64);
      EXPECT_EQ(result.status, Status::going);
      EXPECT_FALSE(result.complete) << static_cast<int>(form) << " cut at " << size;
    }
  }
}

// Formats with a checksum never pass a damaged body; raw deflate has none, and must only stay within its bounds.
TEST(Inflate, ADamagedByteIsFoundOrStaysInBounds) {
  const std::string plain = sample(30);
  for (const Form form : forms) {
    const std::string bytes = packed(form, plain);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      const Result result = inflate_in_steps(coding_of(form), damaged, 64, 1 << 20);
      EXPECT_LE(result.plain.size(), (1U << 20U) + Inflater::output_max);
      if (form == Form::raw || form == Form::zlib) continue;  // with a damaged header zlib's frame reads as raw deflate
      const bool passed = result.status == Status::going && result.complete;
      EXPECT_TRUE(!passed || result.plain == plain) << static_cast<int>(form) << " at " << at;
    }
  }
}

TEST(Inflate, ABombStopsWhereItIsTold) {
  constexpr std::size_t limit = 1 << 20;
  const std::string zeros(32 << 20, '\0');
  for (const Form form : forms) {
    const std::string bomb = packed(form, zeros);
    EXPECT_LT(bomb.size(), 64U << 10U);
    const Result result = inflate_in_steps(coding_of(form), bomb, bomb.size(), limit);
    EXPECT_EQ(result.status, Status::stopped);
    EXPECT_LE(result.plain.size(), limit + Inflater::output_max);
  }
}

TEST(Inflate, ManySmallMembersAreCountedToo) {
  std::string bomb;
  const std::string member = packed(Form::gzip, std::string(100'000, '\0'));
  for (int i = 0; i < 100; ++i) bomb += member;
  EXPECT_EQ(inflate_in_steps(Coding::gzip, bomb, bomb.size(), 1 << 20).status, Status::stopped);
}

TEST(Inflate, AWindowBeyondTheLimitIsRefusedBeforeItIsAllocated) {
  const std::string large = zstd(std::string(100, 'x'), 27);
  Inflater inflater(Coding::zstd);
  const Inflater::Out out = [](std::string_view) { return true; };
  EXPECT_EQ(inflater.feed(large, out), Status::corrupt);
  EXPECT_LT(inflater.memory(), std::size_t{1} << 20U);

  Inflater allowed(Coding::zstd);
  EXPECT_EQ(allowed.feed(zstd(std::string(100, 'x'), 23), out), Status::going);
  EXPECT_TRUE(allowed.complete());
  EXPECT_LT(allowed.memory(), Inflater::window_max + (std::size_t{1} << 20U));
}

}  // namespace
}  // namespace towline::codec
