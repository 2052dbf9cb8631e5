#include "proto/base/thread_name.hpp"

#include <pthread.h>

#include <string>

namespace muster::base {

void name_thread(std::string_view name) {
  const std::string cut(name.substr(0, kThreadNameMaxBytes));
  ::pthread_setname_np(::pthread_self(), cut.c_str());
}

}  // namespace muster::base
