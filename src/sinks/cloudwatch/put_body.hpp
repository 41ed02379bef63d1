// The JSON text of a PutLogEvents call.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "sinks/cloudwatch/event.hpp"
#include "sinks/cloudwatch/names.hpp"

namespace towline::cloudwatch {

// Keeps its memory (300 KiB, more after a giant) from call to call. One thread at a time.
class PutBody {
 public:
  // Hands the text over in pieces, each of which ends when it has more than run_bytes: a piece is used while the
  // processor's cache still has it.
  static constexpr std::size_t run_bytes = 256 * 1024;
  using Take = std::function<void(std::string_view piece)>;
  void write(const Destination& destination, std::span<const Event> events, const Take& take);
  // Gives the memory back.
  void release();

 private:
  char* room_for(std::size_t bytes);  // behind what is written
  void append(std::string_view text);
  void append(const Event& event);

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace towline::cloudwatch
