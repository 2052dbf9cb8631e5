// What a link keeps going beside the bus. Only for link.cpp and link_trust.cpp.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <vector>

#include "orchestrator/client/judge_later.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"
#include "proto/base/guarded.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

struct Link::Background {
  void tell_learnt(const transport::Message& message);
  // Once what was retained at the start has been received. Who waits for another's echo waits no longer than for an own.
  Status hear_start(Link& link, std::chrono::milliseconds patience);

  std::mutex
      believing;  // of an endorsement: what the statements say and whom `nodes` trusts change together
  Observers new_roots;
  base::Guarded<LearntHandler> on_learnt;  // called with its lock held
  struct Start {
    bool asked = false;  // somebody waits for the echo
    bool heard = false;  // what was retained at the start has been received
  };
  base::Guarded<Start> start;
  std::condition_variable start_free;
  // By topic; on the thread that learns trust alone.
  std::map<std::string, transport::Message> of_unknown_roots;
  JudgeLater later;                                   // of endorsements and bans
  std::shared_ptr<Worker<transport::Message>> trust;  // null until learn_trust()
  std::vector<transport::Subscription> trust_heard;
};

}  // namespace muster::client
