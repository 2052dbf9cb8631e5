// What a link keeps going beside the bus. Only for link.cpp and open_link.cpp.
#pragma once

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

  Fences fences;
  Signal new_ca;
  Signal new_roots;
  Signal fewer_believed;
  std::mutex hearing;  // of on_stale, held while it is called
  StaleHandler on_stale;
  Signal lost;
  Signal relinked;
  std::mutex directing;
  std::unique_ptr<LinkDirectory> directory;  // null until it is asked for
  std::mutex verifying;
  std::unique_ptr<loop::ThreadPool> verifiers;  // null until they are asked for
  std::timed_mutex settling;
  bool settled = false;  // what was retained at the start has been received
  // By topic; on the thread that learns trust alone.
  std::map<std::string, transport::Message> of_unknown_roots;
  std::shared_ptr<Worker<transport::Message>> trust;  // null until learn_trust()
  std::vector<transport::Subscription> trust_heard;
};

}  // namespace muster::client
