// The working parts of a Fleet. Only for fleet.cpp and fleet_impl.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link_core.hpp"
#include "orchestrator/client/member_table.hpp"
#include "orchestrator/client/retained.hpp"
#include "proto/base/guarded.hpp"

namespace muster::client {

// Refused presences kept for when their CA becomes known.
inline constexpr std::size_t kRefusedKeptMax = 1'000;
inline constexpr std::chrono::seconds kSilentLook{10};  // between two looks for members gone silent

struct Fleet::Impl {
  Impl(LinkCore& link, ChangeHandler on_change, Indexed indexed);
  void begin(Told subscribed);
  void when_complete(std::chrono::milliseconds patience, Told told);
  Status start();
  Status wait_complete(std::chrono::milliseconds patience);

  LinkCore& link;
  const ChangeHandler on_change;
  const Indexed indexed;
  struct State {
    explicit State(Indexed indexed) : table(kFleetMax, indexed) {}
    MemberTable table;
    std::size_t refused = 0;
    std::string last_refusal;
  };
  base::Guarded<State> state;

  MemberTable::TimePoint now() const { return link.clock().steady(); }
  std::size_t dropped() const { return presence_.dropped(); }
  bool complete() const { return presence_.complete(); }

 private:
  void observe();
  // What `presence_` tells, and how many nodes are known when that took too long.
  Status with_count(const Status& complete) const;
  Retained::TakeIn verify(
      const transport::Message& message);  // several at once; the rest as taking in
  void refuse(const transport::Message& message, const Error& error);
  bool keep(MemberPtr member);
  MemberPtr remove(const std::string& identity);  // who it was; null: nobody
  void forget_silent();                           // now and then, as presence comes in
  void retry_refused();
  void remove_banned();

  std::chrono::steady_clock::time_point looked_at_{};  // for silent ones; taking in only
  struct Waiting {
    transport::Message message;
    bool counted = false;  // among the refused
  };
  std::map<std::string, Waiting> waiting_;  // refused, by topic; taking in only
  // Banned since they were taken in, by name; taking in only. Nobody shows them again when the ban is lifted.
  std::map<std::string, MemberPtr> muted_;
  Retained presence_;
  Observers::Handle new_ca_;
  Observers::Handle fewer_believed_;
};

}  // namespace muster::client
