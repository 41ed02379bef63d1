#include "codec/inflate.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <utility>

#include "base/check.hpp"

namespace towline::codec {

namespace {

constexpr int window_log_max = 23;
static_assert(std::size_t{1} << window_log_max == Inflater::window_max);

using Status = Inflater::Status;

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y; });
}

// Two bytes tell a zlib frame: the method, and a check that a raw stream meets by chance only.
bool is_zlib_header(unsigned first, unsigned second) {
  return (first & 0x0FU) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
}

}  // namespace

class Inflater::Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Status feed(std::string_view bytes, const Out& out) = 0;
  virtual bool complete() const = 0;
  virtual std::size_t memory() const = 0;

 protected:
  std::array<char, output_max> output_;
};

namespace {

// zlib's decoder, for the three forms that deflate comes in.
class DeflateDecoder final : public Inflater::Decoder {
 public:
  explicit DeflateDecoder(Coding coding) : gzip_(coding == Coding::gzip) {}
  ~DeflateDecoder() override {
    if (begun_) ::inflateEnd(&stream_);
  }

  Status feed(std::string_view bytes, const Inflater::Out& out) override {
    if (begun_) return run(bytes, out);
    head_.append(bytes);
    if (head_.size() < 2) return Status::going;
    begin(static_cast<unsigned char>(head_[0]), static_cast<unsigned char>(head_[1]));
    const std::string head = std::exchange(head_, {});
    return run(head, out);
  }

  bool complete() const override { return ended_; }
  std::size_t memory() const override { return sizeof *this + (begun_ ? state_bytes : 0); }

 private:
  static constexpr std::size_t state_bytes = 48 * 1024;  // zlib's manual: 32 KiB of window and some 7 KiB of state

  void begin(unsigned first, unsigned second) {
    const int bits = gzip_ ? MAX_WBITS + 16 : is_zlib_header(first, second) ? MAX_WBITS : -MAX_WBITS;
    if (::inflateInit2(&stream_, bits) != Z_OK) throw std::bad_alloc();
    begun_ = true;
  }

  Status run(std::string_view bytes, const Inflater::Out& out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    bool full = false;
    while (stream_.avail_in > 0 || full) {
      if (ended_ && !next_member()) return Status::corrupt;
      stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
      stream_.avail_out = static_cast<uInt>(output_.size());
      const int result = ::inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return Status::corrupt;
      ended_ = result == Z_STREAM_END;
      full = stream_.avail_out == 0 && !ended_;
      const std::size_t size = output_.size() - stream_.avail_out;
      if (size > 0 && !out({output_.data(), size})) return Status::stopped;
    }
    return Status::going;
  }

  // A gzip file may be a row of members; the other forms end once.
  bool next_member() {
    ended_ = false;
    return gzip_ && ::inflateReset(&stream_) == Z_OK;
  }

  const bool gzip_;
  bool begun_ = false;
  bool ended_ = false;
  std::string head_;  // the first byte, until there are two
  z_stream stream_{};
};

class ZstdDecoder final : public Inflater::Decoder {
 public:
  ZstdDecoder() : context_(::ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    CHECK(::ZSTD_isError(::ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_max)) == 0);
  }

  Status feed(std::string_view bytes, const Inflater::Out& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool full = false;
    while (in.pos < in.size || full) {
      ZSTD_outBuffer output{output_.data(), output_.size(), 0};
      const std::size_t result = ::ZSTD_decompressStream(context_.get(), &output, &in);
      if (::ZSTD_isError(result) != 0) return Status::corrupt;
      complete_ = result == 0;
      full = output.pos == output.size && !complete_;
      if (output.pos > 0 && !out({output_.data(), output.pos})) return Status::stopped;
    }
    return Status::going;
  }

  bool complete() const override { return complete_; }
  std::size_t memory() const override { return sizeof *this + ::ZSTD_sizeof_DCtx(context_.get()); }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ::ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool complete_ = false;
};

std::unique_ptr<Inflater::Decoder> make_decoder(Coding coding) {
  switch (coding) {
    case Coding::identity:
      return nullptr;
    case Coding::gzip:
    case Coding::deflate:
      return std::make_unique<DeflateDecoder>(coding);
    case Coding::zstd:
      break;
  }
  return std::make_unique<ZstdDecoder>();
}

}  // namespace

std::optional<Coding> parse_coding(std::string_view content_encoding) {
  if (content_encoding.empty() || equal_ignoring_case(content_encoding, "identity")) return Coding::identity;
  if (equal_ignoring_case(content_encoding, "gzip") || equal_ignoring_case(content_encoding, "x-gzip")) {
    return Coding::gzip;
  }
  if (equal_ignoring_case(content_encoding, "deflate")) return Coding::deflate;
  if (equal_ignoring_case(content_encoding, "zstd")) return Coding::zstd;
  return std::nullopt;
}

Inflater::Inflater(Coding coding) : decoder_(make_decoder(coding)) {}
Inflater::~Inflater() = default;

Inflater::Status Inflater::feed(std::string_view bytes, const Out& out) {
  if (bytes.empty()) return Status::going;
  if (decoder_ != nullptr) return decoder_->feed(bytes, out);
  return out(bytes) ? Status::going : Status::stopped;
}

bool Inflater::complete() const {
  return decoder_ == nullptr || decoder_->complete();
}

std::size_t Inflater::memory() const {
  return decoder_ == nullptr ? 0 : decoder_->memory();
}

}  // namespace towline::codec
