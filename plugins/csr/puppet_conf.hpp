// Settings of puppet.conf, as far as a certificate request needs them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::csr {

// What stands in the sections that count for an agent: [agent], then [main] and what comes before any
// section. A value.
class PuppetConf {
 public:
  // No file is an empty one.
  static Result<PuppetConf> read(const std::filesystem::path& confdir);
  static PuppetConf parse(std::string_view text, std::filesystem::path confdir);

  // Empty when it is not set.
  std::string text(const std::string& name) const;
  // "$confdir" is replaced; `standard` lies in confdir.
  std::filesystem::path path(const std::string& name, const std::string& standard) const;

 private:
  std::filesystem::path confdir_;
  std::map<std::string, std::string> agent_;
  std::map<std::string, std::string> main_;
};

}  // namespace muster::csr
