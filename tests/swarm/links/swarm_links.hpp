// Thousands of links to a broker on one thread: epoll tells which socket is ready, libmosquitto speaks MQTT 5 over it.
//
// A link is made when it is asked for and its turn has come: so many handshakes at once as LinksOptions says, the others wait. One
// that breaks is made again after a jittered back-off, with its subscriptions, until its user leaves.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/loop/timer.hpp"
#include "tests/swarm/links/swarm_link.hpp"
#include "tests/swarm/links/tls.hpp"
#include "tests/swarm/loop/epoll_loop.hpp"

namespace muster::swarm {

// A slice of the links is asked at each look whether the other side is there: each of them every five seconds.
inline constexpr std::chrono::milliseconds kLookEvery{250};
inline constexpr std::size_t kLookSlices = 20;

struct LinksOptions {
  std::string host = "127.0.0.1";
  std::filesystem::path ca_file;  // PEM, of the broker's certificate; empty: plain TCP
  // Local addresses to come from, in turn: one of them has some 28,000 ports. Empty: the kernel chooses.
  std::vector<std::string> sources;
  std::size_t connecting_max = 64;  // handshakes at once
  std::chrono::seconds keep_alive{20};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds backoff_first{250};
  std::chrono::milliseconds backoff_most{30'000};
  std::chrono::milliseconds leave_patience{1'000};  // for what was published last
};

struct LinkCounts {
  std::size_t up = 0;
  std::size_t connecting = 0;
  std::uint64_t accepted = 0;  // since the start
  std::uint64_t failed = 0;    // attempts, since the start
};

// On the loop's thread. Outlives its links.
class SwarmLinks final : public Watcher {
 public:
  // Errc::config: the root of the broker's certificate cannot be read. One for each loop.
  static Result<std::unique_ptr<SwarmLinks>> make(EpollLoop& loop, LinksOptions options);
  ~SwarmLinks() override;

  // A link of `user`, which must outlive it; nothing happens yet. Ends with its owner, as by a crash. Errc::limit without memory.
  Result<std::unique_ptr<SwarmLink>> add(LinkSettings settings, LinkUser& user);

  LinkCounts counts() const { return counts_; }
  const LinksOptions& options() const { return options_; }
  EpollLoop& loop() { return loop_; }

 private:
  friend class SwarmLink;
  struct Started {
    SwarmLink::Id id;
    std::uint64_t attempt;  // of this link
    std::chrono::steady_clock::time_point at;
  };

  SwarmLinks(EpollLoop& loop, LinksOptions options, std::unique_ptr<Tls> tls);
  void on_ready(std::uint64_t tag, std::uint32_t events) override;

  // Of links:
  void enter(SwarmLink& link);
  void withdraw(SwarmLink& link);
  void ask_for_turn(SwarmLink::Id id);
  void turn_over();
  MqttClient::Way way_of(SwarmLink::Id id) const;

  SwarmLink* find(SwarmLink::Id id) const;
  void give_turns();
  void look();
  void give_up_late();

  EpollLoop& loop_;
  const LinksOptions options_;
  const std::unique_ptr<Tls> tls_;
  std::unordered_map<SwarmLink::Id, SwarmLink*> links_;
  SwarmLink::Id last_ = 0;
  std::deque<SwarmLink::Id> waiting_;  // for a turn to connect
  std::deque<Started> connecting_;     // in the order of their start; some have ended since
  std::size_t slice_ = 0;
  LinkCounts counts_;
  loop::Timer look_timer_;
  loop::Timer turn_timer_;
};

}  // namespace muster::swarm
