// A machine's network cable: which directions are cut, and whether it is slow.
#pragma once

namespace muster::sim {

struct Cable {
  bool up_cut = false;    // to the broker
  bool down_cut = false;  // from it
  bool slow = false;      // each direction takes kSlowLink longer
};

}  // namespace muster::sim
