#include "tests/sim/broker/pipe.hpp"

#include <algorithm>
#include <utility>

namespace muster::sim {

void Pipe::send(std::function<void()> arrive) {
  const auto jitter =
      static_cast<std::int64_t>(loop_.share() * static_cast<double>(weather_.jitter.count() + 1));
  auto due = loop_.clock().steady() + weather_.delay + std::chrono::milliseconds(jitter);
  if (slow_) due += kSlowLink;
  if (!under_way_.empty()) due = std::max(due, under_way_.back().due);
  under_way_.push_back({due, std::move(arrive)});
  if (!next_.is_set()) arm();
}

void Pipe::arm() {
  if (cut_ || under_way_.empty()) return;
  const auto left = under_way_.front().due - loop_.clock().steady();
  next_.set(std::chrono::duration_cast<std::chrono::milliseconds>(left), [this] { arrive_due(); });
}

void Pipe::arrive_due() {
  const auto sent = std::move(under_way_.front());
  under_way_.pop_front();
  arm();
  sent.arrive();  // may clear or destroy this pipe
}

void Pipe::cut(bool is_cut) {
  cut_ = is_cut;
  next_.stop();
  arm();
}

void Pipe::clear() {
  next_.stop();
  under_way_.clear();
}

}  // namespace muster::sim
