#include "node-agent/core/wind_up.hpp"

#include <utility>

namespace muster::agent {

void WindUp::wait(std::chrono::milliseconds patience, std::function<void()> then) {
  then_ = std::move(then);
  patience_.set(idle() ? std::chrono::milliseconds(0) : patience, [this] { done(); });
}

void WindUp::begin(End end, std::function<void()> then) {
  desk_.stop();
  if (end == End::reload) host_.status("reloading, once what runs has ended");
  wait(end == End::reload ? kReloadPatience : kReplyPatience, [this, then = std::move(then)] {
    desk_.give_up();
    then();
  });
}

void WindUp::look() {
  if (then_ && idle()) patience_.set(std::chrono::milliseconds(0), [this] { done(); });
}

void WindUp::done() {
  if (auto then = std::exchange(then_, nullptr)) then();
}

}  // namespace muster::agent
