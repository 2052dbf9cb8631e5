#include <sys/utsname.h>

#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/collect.hpp"

namespace muster::facts {

void add_kernel(Value& facts) {
  utsname name{};
  if (::uname(&name) != 0) return;
  const std::string release = name.release;  // "6.1.0-18-amd64"
  const auto version = release.substr(0, release.find_first_not_of("0123456789."));
  facts["kernel"] = name.sysname;
  facts["kernelrelease"] = release;
  facts["kernelversion"] = version;
  facts["kernelmajversion"] = version.substr(0, version.find('.', version.find('.') + 1));
}

}  // namespace muster::facts
