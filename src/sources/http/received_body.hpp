// The body of one request, unpacked while it arrives and held whole: a request is taken in with all its records or not
// at all. What it holds is reserved in the memory budget before it is held.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/memory_budget.hpp"
#include "codec/inflate.hpp"
#include "codec/page_buffer.hpp"
#include "component/intake.hpp"

namespace towline::http {

class ReceivedBody {
 public:
  enum class Fault : std::uint8_t {
    none,
    too_long,   // longer than max_body once unpacked, or than the memory budget
    no_room,    // the memory budget is used up
    bad_coding  // it isn't what Content-Encoding says, or ends too early
  };

  // The intake outlives the body.
  ReceivedBody(component::Intake& intake, codec::Coding coding, std::uint64_t max_body);

  // Before anything is read: is there room for what the client announces? Without a length, for a beginning.
  bool admit(std::optional<std::uint64_t> content_length);

  // The next bytes as sent. False: nothing more is wanted; see fault().
  bool take(std::string_view piece);

  // At the end, to be called before the body is used. False: it isn't whole.
  bool finish();

  Fault fault() const { return fault_; }
  // component::Intake wants frames with readable bytes behind them: so they are.
  std::span<char> bytes() { return plain_.bytes(); }
  std::string_view view() const { return plain_.view(); }

  // What is in front of `offset` has been used; its memory is given back.
  void release_before(std::size_t offset);

 private:
  bool hold(std::string_view plain);
  bool reserve(std::uint64_t bytes);
  bool fail(Fault fault);

  component::Intake& intake_;
  const std::uint64_t max_body_;
  std::optional<codec::Inflater> inflater_;  // until the end
  codec::PageBuffer plain_;
  Charge charge_;
  Fault fault_ = Fault::none;
};

}  // namespace towline::http
