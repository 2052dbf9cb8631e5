// What a link keeps going beside the bus. Only for link.cpp and open_link.cpp.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "orchestrator/client/fences.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

struct Link::Background {
  Background(transport::Bus& bus, std::string fence_topic) : fences(bus, std::move(fence_topic)) {}

  Fences fences;
  Signal new_ca;
  Signal lost;
  Signal relinked;
  std::mutex settling;
  bool settled = false;  // the CAs retained at the start have been received
  std::shared_ptr<Worker<transport::Message>> cas;  // null until learn_cas()
  std::vector<transport::Subscription> cas_heard;
};

}  // namespace muster::client
