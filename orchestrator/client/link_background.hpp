// What a link keeps going beside the bus. Only for link.cpp and open_link.cpp.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "orchestrator/client/fences.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/worker.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

struct Link::Background {
  Background(transport::Bus& bus, std::string fence_topic) : fences(bus, std::move(fence_topic)) {}

  void tell_learnt(const transport::Message& message);
  // Once what was retained at the start has been received. Who waits for another's fence waits no longer than for an own.
  Status hear_start(Link& link, std::chrono::milliseconds patience);

  Fences fences;
  Signal new_ca;
  Signal new_roots;
  Signal fewer_believed;
  std::mutex hearing;  // of on_learnt, held while it is called
  LearntHandler on_learnt;
  Signal lost;
  Signal relinked;
  std::mutex directing;
  std::unique_ptr<LinkDirectory> directory;  // null until it is asked for
  std::mutex verifying;
  std::unique_ptr<loop::ThreadPool> verifiers;  // null until they are asked for
  std::mutex settling;
  std::condition_variable not_settling;
  bool is_settling = false;  // somebody waits for the fence
  bool settled = false;      // what was retained at the start has been received
  // By topic; on the thread that learns trust alone.
  std::map<std::string, transport::Message> of_unknown_roots;
  std::shared_ptr<Worker<transport::Message>> trust;  // null until learn_trust()
  std::vector<transport::Subscription> trust_heard;
};

}  // namespace muster::client
