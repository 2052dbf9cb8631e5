#include "orchestrator/provision/run/master_place.hpp"

#include <fmt/format.h>

namespace muster::provision {

MasterPlace::~MasterPlace() {
  if (!with_.empty()) world_.dismiss(with_);
}

Result<Master> MasterPlace::take(const std::string& identity) {
  MUSTER_ASSIGN(auto master, world_.master(identity));
  if (with_ == identity) return master;
  if (!world_.enlist(identity))
    return fail(Errc::unavailable,
                fmt::format("{} has as many nodes in flight as it may", identity));
  if (!with_.empty()) world_.dismiss(with_);
  with_ = identity;
  return master;
}

}  // namespace muster::provision
