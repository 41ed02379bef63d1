#include "sources/http/received_body.hpp"

#include <algorithm>
#include <utility>

namespace towline::http {

namespace {

// Room is asked for in steps, so that the budget isn't asked for every packet.
constexpr std::uint64_t step_bytes = std::uint64_t{64} << 10U;

}  // namespace

ReceivedBody::ReceivedBody(component::Intake& intake, codec::Coding coding, std::uint64_t max_body)
    : intake_(intake), max_body_(max_body), inflater_(std::in_place, coding) {}

bool ReceivedBody::admit(std::optional<std::uint64_t> content_length) {
  return reserve(inflater_->memory() + content_length.value_or(step_bytes));
}

bool ReceivedBody::take(std::string_view piece) {
  intake_.count_bytes(piece.size());
  const codec::Inflater::Out out = [this](std::string_view plain) { return hold(plain); };
  switch (inflater_->feed(piece, out)) {
    case codec::Inflater::Status::going:
      return reserve(inflater_->memory() + plain_.size());
    case codec::Inflater::Status::corrupt:
      return fail(Fault::bad_coding);
    case codec::Inflater::Status::stopped:
      break;
  }
  return false;
}

bool ReceivedBody::hold(std::string_view plain) {
  if (plain.size() > max_body_ - plain_.size()) return fail(Fault::too_long);
  if (!reserve(inflater_->memory() + plain_.size() + plain.size())) return false;
  plain_.append(plain);
  return true;
}

bool ReceivedBody::finish() {
  if (!inflater_->complete()) return fail(Fault::bad_coding);
  inflater_.reset();
  charge_.resize(plain_.size());
  return true;
}

bool ReceivedBody::reserve(std::uint64_t bytes) {
  if (bytes <= charge_.bytes()) return true;
  const std::uint64_t wanted = charge_.bytes() == 0 ? bytes : std::max(bytes, charge_.bytes() + step_bytes);
  switch (intake_.reserve(charge_, wanted)) {
    case component::Reserved::yes:
      return true;
    case component::Reserved::never:
      return fail(Fault::too_long);
    case component::Reserved::full:
      break;
  }
  return fail(Fault::no_room);
}

void ReceivedBody::release_before(std::size_t offset) {
  plain_.release_before(offset);
  charge_.resize(plain_.size() - std::min(offset, plain_.size()));
}

bool ReceivedBody::fail(Fault fault) {
  fault_ = fault;
  return false;
}

}  // namespace towline::http
