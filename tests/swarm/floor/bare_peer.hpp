// What a broker and the network alone cost: clients that answer a message with a message, and nothing else.
#pragma once

#include <memory>
#include <string>

#include "tests/swarm/links/swarm_links.hpp"

namespace muster::swarm {

// What all bare peers of a floor are told.
struct BareTalk {
  std::string call = "muster/v1/main/req/agent/+/+";  // heard by all
  std::string reply_prefix = "muster/v1/main/rep/alice/floor/";
  std::string reply;  // payload
};

// A node in all that the broker sees of it. On the loop's thread.
class BarePeer final : public LinkUser {
 public:
  // `talk` must outlive it.
  BarePeer(const BareTalk& talk, std::string name) : talk_(talk), name_(std::move(name)) {}

  // Connects, and again and again.
  Status begin(SwarmLinks& links, LinkSettings settings);
  // Linked and subscribed.
  bool ready() const { return ready_; }

 private:
  void on_link(transport::LinkState state, const std::string& why) override;
  void on_refused(const Error& why) override;
  void on_left() override {}
  void on_subscribed(int id, bool wholly) override;
  void on_message(transport::Message message) override;

  const BareTalk& talk_;
  const std::string name_;
  bool ready_ = false;
  bool subscribed_ = false;
  std::unique_ptr<SwarmLink> link_;
};

// The operator who calls them and counts their answers.
class BareCaller final : public LinkUser {
 public:
  explicit BareCaller(const BareTalk& talk) : talk_(talk) {}

  Status begin(SwarmLinks& links, LinkSettings settings);
  bool ready() const { return ready_; }
  // Forgets the answers so far.
  Status call(const std::string& payload);
  std::size_t answers() const { return answers_; }

 private:
  void on_link(transport::LinkState state, const std::string& why) override;
  void on_refused(const Error&) override {}
  void on_left() override {}
  void on_subscribed(int, bool wholly) override { ready_ = wholly; }
  void on_message(transport::Message) override { ++answers_; }

  const BareTalk& talk_;
  bool ready_ = false;
  bool subscribed_ = false;
  std::size_t answers_ = 0;
  std::unique_ptr<SwarmLink> link_;
};

}  // namespace muster::swarm
