#include "proto/base/core_dumps.hpp"

#include <sys/prctl.h>

namespace muster::base {

void forbid_core_dumps() {
#ifndef __SANITIZE_ADDRESS__
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // cannot fail with these arguments
#endif
}

}  // namespace muster::base
