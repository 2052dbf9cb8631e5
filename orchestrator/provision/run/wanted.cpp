#include "orchestrator/provision/run/wanted.hpp"

namespace muster::provision {

bool is_wanted(const RunState& run, const workflow::Step& step) {
  switch (step.when) {
    case workflow::When::always:
      return true;
    case workflow::When::joining:
      return run.line.is_joining();
    case workflow::When::member:
      return !run.line.is_joining();
  }
  return true;
}

}  // namespace muster::provision
