// The least work that the job can be: find the structure of every record, copy it once, compress it. No sockets, no
// TLS, no transforms, one thread. The daemon's CPU per gigabyte is compared with this loop's, measured in the same
// run, so that the figure means the same on every machine.
// Usage: kernel_loop FILE.ndjson; prints MB per CPU-second and the compression ratio.
#include <isa-l/igzip_lib.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t segment_bytes = 256 * 1024;
constexpr int rounds = 3;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::string text;
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(file.tellg(), 0));
  text.reserve(size + simdjson::SIMDJSON_PADDING);
  text.resize(size);
  file.seekg(0).read(text.data(), static_cast<std::streamsize>(size));
  if (!file || text.empty()) throw std::runtime_error(std::string("can't read ") + path);
  return text;
}

// Decodes every key and string and finds every other value; the sum keeps the compiler from leaving it out.
std::size_t walk(ondemand::value value) {
  std::size_t sum = 0;
  switch (value.type()) {
    case ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
      return sum;
    case ondemand::json_type::array:
      for (auto element : value.get_array()) sum += walk(element.value());
      return sum;
    case ondemand::json_type::string:
      return std::string_view(value.get_string()).size();
    default:
      return value.raw_json_token().size();
  }
}

std::size_t walk_record(ondemand::parser& parser, const char* record, std::size_t size, std::size_t capacity) {
  std::size_t sum = 0;
  ondemand::document document = parser.iterate(record, size, capacity);
  for (auto field : document.get_object()) {
    sum += std::string_view(field.unescaped_key()).size();
    sum += walk(field.value());
  }
  return sum;
}

class Compressor {
 public:
  Compressor() : level_buffer_(ISAL_DEF_LVL2_DEFAULT), out_(2 * segment_bytes) {}

  std::size_t compress(std::string_view plain) {
    isal_deflate_init(&stream_);
    stream_.level = 2;
    stream_.level_buf = level_buffer_.data();
    stream_.level_buf_size = static_cast<std::uint32_t>(level_buffer_.size());
    stream_.gzip_flag = IGZIP_GZIP;
    stream_.end_of_stream = 1;
    stream_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(plain.data()));
    stream_.avail_in = static_cast<std::uint32_t>(plain.size());
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<std::uint32_t>(out_.size());
    if (isal_deflate(&stream_) != COMP_OK) throw std::runtime_error("igzip failed");
    return stream_.total_out;
  }

 private:
  isal_zstream stream_{};
  std::vector<std::uint8_t> level_buffer_;
  std::vector<std::uint8_t> out_;
};

struct Sums {
  std::size_t touched = 0;
  std::size_t compressed = 0;
};

Sums run(const std::string& corpus) {
  ondemand::parser parser;
  Compressor compressor;
  Sums sums;
  std::string segment;
  segment.reserve(2 * segment_bytes);
  for (std::size_t begin = 0; begin < corpus.size();) {
    const std::size_t end = std::min(corpus.find('\n', begin), corpus.size() - 1);
    sums.touched += walk_record(parser, corpus.data() + begin, end - begin, corpus.capacity() - begin);
    segment.append(corpus, begin, end + 1 - begin);
    if (segment.size() >= segment_bytes || end + 1 == corpus.size()) {
      sums.compressed += compressor.compress(segment);
      segment.clear();
    }
    begin = end + 1;
  }
  return sums;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: kernel_loop FILE.ndjson\n");
    return 2;
  }
  try {
    const std::string corpus = read_file(argv[1]);
    const auto megabytes = static_cast<double>(corpus.size()) / 1e6;
    double best = 0;
    Sums sums;
    for (int round = 0; round < rounds; ++round) {
      const double before = cpu_seconds();
      sums = run(corpus);
      best = std::max(best, megabytes / (cpu_seconds() - before));
    }
    std::printf("%.1f MB per CPU-second, ratio %.2f, checksum %zu\n", best,
                static_cast<double>(corpus.size()) / static_cast<double>(sums.compressed), sums.touched);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kernel_loop: %s\n", error.what());
    return 1;
  }
  return 0;
}
