// A node's core over a real link, on a loop's thread of its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/daemon/uplink.hpp"
#include "proto/loop/real/event_loop.hpp"
#include "proto/loop/real/system_random.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "tests/support/node_host/fake_host.hpp"

namespace muster::fakes {

// What a host is asked for is real where it concerns link and lists, and a FakeHost's else.
class LinkedHost final : public FakeHost {
 public:
  LinkedHost(VirtualLoop& unused, loop::EventLoop& loop, agent::Uplink& link,
             agent::RevocationWatch& revocations)
      : FakeHost(unused),
        loop_(loop),
        link_(link),
        lists_(revocations),
        workers_(loop, "worker", 2, 10) {}

  void serve(agent::Node& node) {
    node_ = &node;
    link_.serve(node);
    FakeHost::serve(node);
  }
  loop::Timers& timers() override { return loop_; }
  loop::Random& random() override { return random_; }
  loop::Executor& actions() override { return workers_; }
  void connect(agent::Door door) override { link_.connect(door); }
  void leave() override { link_.leave(); }
  Status publish(std::string_view topic, std::string payload,
                 const transport::PublishOptions& options) override {
    return link_.publish(topic, std::move(payload), options);
  }
  void subscribe(agent::Ticket ticket, agent::Feed feed,
                 std::vector<std::string> filters) override {
    link_.subscribe(ticket, feed, std::move(filters));
  }
  void unsubscribe(std::vector<std::string> filters) override {
    link_.unsubscribe(std::move(filters));
  }
  std::size_t requests_waiting() const override { return link_.requests_waiting(); }
  void look() override {
    (void)loop_.post([this] { node_->on_view(view); });
  }
  void look_at_names(bool) override {
    (void)loop_.post([this] { node_->on_names(names); });
  }
  void seal_announcement(agent::AnnouncementContent content) override {
    (void)loop_.post([this, nonce = content.nonce] {
      node_->on_announcement(nonce, Result<std::string>("announced"));
    });
  }
  void hear_list(transport::Message message) override { lists_.hear(std::move(message)); }
  void verify_lists() override {
    link_.after_that([this]() -> loop::Executor::Then {
      const bool in_time = lists_.drain(agent::kListsPatience);
      return [this, in_time] { node_->on_lists_verified(in_time); };
    });
  }
  std::optional<agent::OtherPresence> read_other(const transport::Message& message) const override {
    return link_.signer() ? agent::read_other(message, link_.signer()->key(), session, anybody)
                          : std::nullopt;
  }
  void status(const std::string& text) override {
    if (text.starts_with("on the bus as ")) arrived = true;
    if (text.starts_with("in the join zone")) arrived = true;
  }
  void ended(agent::End) override { loop_.stop(); }

  std::atomic<bool> arrived{false};  // as a member, or announced in the join zone

 private:
  loop::EventLoop& loop_;
  agent::Uplink& link_;
  agent::RevocationWatch& lists_;
  agent::Node* node_ = nullptr;
  loop::SystemRandom random_;
  loop::ThreadPool workers_;
};

// References outlive it.
class LinkedNode {
 public:
  LinkedNode(agent::Identity identity, agent::Node::Parts parts, agent::RevocationWatch& lists,
             agent::Uplink::Open open, agent::Door door = agent::Door::member)
      : link_(loop_, clock_, std::move(open), parts.statistics, parts.audit),
        host_(unused_, loop_, link_, lists),
        node_(host_, std::move(identity), parts) {
    host_.serve(node_);
    thread_ = std::thread([this, door] {
      node_.start(door);
      loop_.run();
    });
  }
  // Leaves in order.
  ~LinkedNode() {
    on_loop([](agent::Node& node) { node.on_stop(); });
    thread_.join();
  }
  LinkedNode(const LinkedNode&) = delete;
  LinkedNode& operator=(const LinkedNode&) = delete;

  void on_loop(std::function<void(agent::Node&)> event) {
    (void)loop_.post([this, event = std::move(event)] { event(node_); });
  }
  // On the bus as a member, or announced in the join zone.
  bool arrived() const { return host_.arrived; }

 private:
  base::SystemClock clock_;
  VirtualLoop unused_;
  loop::EventLoop loop_{clock_};
  agent::Uplink link_;
  LinkedHost host_;
  agent::Node node_;
  std::thread thread_;
};

}  // namespace muster::fakes
