// What lint must find: one lock that is taken twice by one function. Compiled into nothing.
#include "proto/base/guarded.hpp"

namespace muster::tidy {

struct Counts {
  int taken = 0;
};

int at_once(base::Guarded<Counts>& counts) {
  const base::Locked first(counts);
  const base::Locked second(counts);
  return first->taken + second->taken;
}

int within(base::Guarded<Counts>& counts) {
  const base::Locked first(counts);
  return first->taken + counts.with_lock([](Counts& value) { return value.taken; });
}

}  // namespace muster::tidy
