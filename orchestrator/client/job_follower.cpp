#include "orchestrator/cli/job/follower.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/reply_fields.hpp"

namespace muster::cli::job {

Value Follower::arguments() const {
  return {{"handle", handle_}, {"stdout_offset", out_offset_}, {"stderr_offset", err_offset_}};
}

Result<Piece> Follower::took(const client::NodeResult& node) {
  using client::Outcome;
  if (node.outcome == Outcome::refused || node.outcome == Outcome::failed)
    return fail(Errc::aborted, fmt::format("{}: {}", node.identity, node.message));
  silent_ = node.outcome != Outcome::ok;
  if (silent_) {
    pause_ = std::clamp(pause_ * 2, kAskLeast, kSilentMost);
    return Piece{};
  }
  Piece piece{text_of(node.data, "stdout"), text_of(node.data, "stderr")};
  const auto out = number_of(node.data, "stdout_offset", out_offset_);
  const auto err = number_of(node.data, "stderr_offset", err_offset_);
  // Only forward: a node that goes back would have us print for ever.
  const bool moved = out > out_offset_ || err > err_offset_;
  if (!moved) piece = {};
  out_offset_ = std::max(out, out_offset_);
  err_offset_ = std::max(err, err_offset_);
  state_ = text_of(node.data, "status");
  ended_ = state_ != "running" && !moved;
  exit_code_ = static_cast<int>(number_of(node.data, "exitcode", 0));
  if (state_ != "running")
    pause_ = std::chrono::milliseconds(0);
  else
    pause_ = moved ? kAskLeast : std::clamp(pause_ * 2, kAskLeast, kAskMost);
  return piece;
}

}  // namespace muster::cli::job
