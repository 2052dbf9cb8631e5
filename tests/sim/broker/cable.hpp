// A machine's network cable: which directions are cut.
#pragma once

namespace muster::sim {

struct Cable {
  bool up_cut = false;    // to the broker
  bool down_cut = false;  // from it
};

}  // namespace muster::sim
