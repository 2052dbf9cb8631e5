// Links of one test on one loop, and what each of them heard.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/clock.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/swarm/links/swarm_links.hpp"

namespace muster::test {

struct Peer : swarm::LinkUser {
  void on_link(transport::LinkState state, const std::string& why) override {
    states.push_back(state);
    reasons.push_back(why);
  }
  void on_refused(const Error& why) override { refusals.push_back(why); }
  void on_left() override { left = true; }
  void on_subscribed(int, bool wholly) override { grants.push_back(wholly); }
  void on_message(transport::Message message) override { heard.push_back(std::move(message)); }

  std::vector<transport::LinkState> states;
  std::vector<std::string> reasons;
  std::vector<Error> refusals;
  std::vector<bool> grants;
  std::vector<transport::Message> heard;
  bool left = false;
  std::unique_ptr<swarm::SwarmLink> link;
};

class Peers {
 public:
  explicit Peers(swarm::LinksOptions options) {
    auto made = swarm::SwarmLinks::make(loop_, std::move(options));
    EXPECT_TRUE(made) << made.error().message;
    links_ = std::move(*made);
  }

  Peer& add(swarm::LinkSettings settings) {
    auto& peer = all_.emplace_back();
    auto link = links_->add(std::move(settings), peer);
    EXPECT_TRUE(link) << link.error().message;
    peer.link = std::move(*link);
    return peer;
  }

  // Serves all of them meanwhile.
  [[nodiscard]] bool wait_until(const std::function<bool()>& condition) {
    const auto deadline = clock_.steady() + 3 * fakes::kPatience;
    std::function<void()> ask = [&] {
      if (condition() || clock_.steady() > deadline) return loop_.stop();
      loop_.after(std::chrono::milliseconds(5), ask);
    };
    ask();
    loop_.run();
    return condition();
  }
  template <class Condition>
  [[nodiscard]] bool all(Condition condition) {
    return wait_until([&] { return std::all_of(all_.begin(), all_.end(), condition); });
  }

  std::deque<Peer>& peers() { return all_; }
  swarm::SwarmLinks& links() { return *links_; }

 private:
  base::SystemClock clock_;
  swarm::EpollLoop loop_{clock_};
  std::unique_ptr<swarm::SwarmLinks> links_;
  std::deque<Peer> all_;  // first to go: their links
};

}  // namespace muster::test
