// Machines that wait until an operator lets them have a name that is held: one a name.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/admission/applicant.hpp"
#include "proto/base/clock.hpp"

namespace muster::provision {

inline constexpr std::size_t kWaitingMax = 1'000;  // machines that wait for an operator
// Who waits announces itself every 300 s; who was not heard for so long has given up.
inline constexpr std::chrono::minutes kWaitingKept{15};

struct Announced {
  admission::OpenedAnnouncement opened;
  admission::Applicant applicant;
};
using AnnouncedPtr = std::shared_ptr<const Announced>;

// Of several machines that ask for one name, the first has the place for as long as it goes on asking:
// what an operator saw and approves must not be exchanged in between. On the loop's thread; the
// clock must outlive it.
class WaitingRoom {
 public:
  explicit WaitingRoom(const base::Clock& clock) : clock_(clock) {}

  enum class Place {
    taken,   // it has the place under its name, now or still
    behind,  // another machine has it
    full     // kWaitingMax wait
  };
  Place take(const AnnouncedPtr& announced);
  // Who has the place; null when nobody.
  AnnouncedPtr find(const std::string& identity) const;
  // Under which somebody has the place.
  std::vector<std::string> names() const;
  // Whoever has the place under that name, when its join key is this one.
  void leave(const std::string& identity, const std::string& key_fingerprint);
  // That machine is not on the bus any more: whoever asks next may have its place, and it comes back behind.
  void left(const std::string& client_id);

 private:
  struct Waiting {
    AnnouncedPtr announced;
    std::chrono::steady_clock::time_point heard;
  };
  bool has_given_up(const Waiting& waiting) const;

  const base::Clock& clock_;
  std::map<std::string, Waiting> waiting_;  // by name
};

}  // namespace muster::provision
