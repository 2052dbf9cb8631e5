#include "tests/swarm/node/headcount.hpp"

#include "tests/swarm/links/peak.hpp"

namespace muster::swarm {

void Headcount::came() {
  ++present_;
  came_.push_back(clock_.steady());
  if (present_ < nodes_ || complete_) return;
  const auto took = std::chrono::ceil<std::chrono::milliseconds>(clock_.steady() - since_);
  complete_ = true;
  const bool again = std::exchange(ever_complete_, true);
  on_complete_({again, took, most_in_a_second(came_)});
}

void Headcount::went() {
  --present_;
  if (!std::exchange(complete_, false)) return;
  since_ = clock_.steady();
  came_.clear();
}

}  // namespace muster::swarm
