// The node's master, and the place that the run holds with it.
#pragma once

#include <string>

#include "orchestrator/provision/world.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

// On the loop's thread. The place is given back when this goes; the world must outlive it.
class MasterPlace {
 public:
  explicit MasterPlace(World& world) : world_(world) {}
  ~MasterPlace();
  MasterPlace(const MasterPlace&) = delete;
  MasterPlace& operator=(const MasterPlace&) = delete;

  // Takes a place with that master, in exchange for the one that is held. Errc::unavailable: it is not online, or has as many
  // nodes as it may; then the old one stays.
  Result<Master> take(const std::string& master);
  bool is_taken() const { return !with_.empty(); }

 private:
  World& world_;
  std::string with_;  // empty: with none
};

}  // namespace muster::provision
