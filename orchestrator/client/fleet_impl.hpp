// The working parts of a Fleet. Only for fleet.cpp and fleet_impl.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"

namespace muster::client {

// Refused presences kept for when their CA becomes known.
inline constexpr std::size_t kRefusedKeptMax = 1'000;
// For the retained messages to come anew after a lost link.
inline constexpr std::chrono::milliseconds kRelinkPatience{60'000};

struct Fleet::Impl {
  Impl(Link& link, ChangeHandler on_change);
  ~Impl();
  Status start();
  Status wait_complete(std::chrono::milliseconds patience);

  struct Known {
    Member member;
    std::uint64_t generation = 0;  // of the link, when it was last heard
  };
  // What the worker is given, in the order in which it happened.
  struct Item {
    enum class What { presence, new_ca, relinked, sweep } what = What::presence;
    transport::Message message;
  };

  Link& link;
  const ChangeHandler on_change;
  mutable std::mutex mutex;
  std::map<std::string, Known> members;
  std::size_t refused = 0;
  std::string last_refusal;
  std::shared_ptr<Worker<Item>> worker;

 private:
  void work(Item item);
  void take_in(const transport::Message& message);
  void refuse(const transport::Message& message, const Error& error);
  void keep(Member member);
  void remove(const std::string& identity);
  void retry_refused();
  void sweep();

  const std::string topics_;
  std::uint64_t generation_ = 0;                       // worker's thread only, as the next
  std::map<std::string, transport::Message> waiting_;  // refused, by topic
  Signal::Handle new_ca_;
  Signal::Handle relinked_;
};

}  // namespace muster::client
