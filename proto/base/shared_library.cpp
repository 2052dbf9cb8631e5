#include "proto/base/shared_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace muster::base {

Result<SharedLibrary> SharedLibrary::open(const char* file, const char* what, const char* package) {
  void* handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) return SharedLibrary(handle);
  const char* reason = ::dlerror();
  return fail(Errc::config, fmt::format("{} {}: {}; apt-get install {}", what, file,
                                        reason == nullptr ? "missing" : reason, package));
}

void* SharedLibrary::symbol(const char* name) const {
  return ::dlsym(handle_, name);
}

}  // namespace muster::base
