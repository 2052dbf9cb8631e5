// A shared library opened at its first use: what most processes never need costs them nothing.
#pragma once

#include <string>

#include "proto/base/result.hpp"

namespace muster::base {

// Never closed: what it registered may be called to the end of the process.
class SharedLibrary {
 public:
  // `what` cannot do without `file`, which Debian's `package` brings: the words of the Errc::config
  // when it is missing.
  static Result<SharedLibrary> open(const char* file, const char* what, const char* package);

  // False when the library is too old to have it.
  template <class Function>
  bool find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(symbol(name));
    return function != nullptr;
  }

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* symbol(const char* name) const;
  void* handle_;
};

}  // namespace muster::base
