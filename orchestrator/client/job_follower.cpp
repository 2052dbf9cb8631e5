#include "orchestrator/client/job_follower.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/reply_fields.hpp"

namespace muster::client {
namespace {

constexpr std::int64_t kExitCodeMost = 255;

// What is new of one stream. Only forward: a node that goes back would have us print for ever.
std::string advance(const JobWords::Stream& stream, const Value& data, std::int64_t& offset) {
  if (stream.text == nullptr) return {};
  const auto behind = number_at(data, stream.behind, offset);
  if (behind <= offset) return {};
  offset = behind;
  return text_at(data, stream.text);
}

}  // namespace

Value JobFollower::arguments() const {
  Value arguments{{words_.id, job_}};
  if (words_.out.text != nullptr) arguments[words_.out.from] = out_offset_;
  if (words_.err.text != nullptr) arguments[words_.err.from] = err_offset_;
  return arguments;
}

JobFollower::Piece JobFollower::heard(const Value& data) {
  silent_ = false;
  const auto out = out_offset_;
  const auto err = err_offset_;
  Piece piece{advance(words_.out, data, out_offset_), advance(words_.err, data, err_offset_)};
  const bool moved = out_offset_ > out || err_offset_ > err;
  state_ = text_at(data, words_.state);
  ended_ = !running() && !moved;
  const auto code = number_at(data, words_.exit_code, -1);
  exit_code_.reset();
  if (code >= 0 && code <= kExitCodeMost) exit_code_ = static_cast<int>(code);
  last_lines_ = text_at(data, "last_lines");
  if (!running())
    pause_ = std::chrono::milliseconds(0);
  else
    pause_ = moved ? kAskLeast : std::clamp(pause_ * 2, kAskLeast, kAskMost);
  return piece;
}

void JobFollower::missed() {
  silent_ = true;
  pause_ = std::clamp(pause_ * 2, kAskLeast, kSilentMost);
}

Result<JobFollower::Piece> JobFollower::took(const NodeResult& node) {
  if (node.outcome == Outcome::refused || node.outcome == Outcome::failed)
    return fail(Errc::aborted, fmt::format("{}: {}", node.identity, node.message));
  if (node.outcome == Outcome::ok) return heard(node.data);
  missed();
  return Piece{};
}

}  // namespace muster::client
