#include "proto/base/host_name.hpp"

#include <unistd.h>

namespace muster::base {
namespace {

constexpr std::size_t kHostNameMaxBytes = 256;  // Linux: HOST_NAME_MAX is 64

}  // namespace

std::string host_name() {
  char host[kHostNameMaxBytes] = {};
  return ::gethostname(host, sizeof host - 1) == 0 ? host : "";
}

}  // namespace muster::base
