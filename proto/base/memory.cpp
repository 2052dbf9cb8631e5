#include "proto/base/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace muster::base {

void release_startup_code() {
  ::malloc_trim(0);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string permissions, offset, device, inode, file;
    fields >> std::hex >> begin >> dash >> end >> permissions >> offset >> device >> inode >> file;
    // Executable and never written, so never changed in memory: dropping such pages loses nothing.
    if (!fields || permissions != "r-xp" || file.empty() || file.front() != '/') continue;
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

}  // namespace muster::base
