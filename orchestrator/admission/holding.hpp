// Who has a name: by the Puppet CAs that can be asked, and by the records for those that cannot.
#pragma once

#include <string>

#include "orchestrator/admission/case.hpp"

namespace muster::admission {

struct Holding {
  enum class State {
    free_name,
    held,
    unknown  // until the CAs were asked
  };
  State state = State::free_name;
  std::string by;  // held: in words, by what
};

// A CA that answers decides about its own certificates. One that does not answer counts by the
// name's record; no record means free. So no CA that is down stops the fleet. A name that nobody has a certificate of is held
// by the machine that is on its way under it: the first keeps it. docs/adr/0094-the-first-keeps-a-free-name.md.
Holding holding_of(const Case& it);

}  // namespace muster::admission
