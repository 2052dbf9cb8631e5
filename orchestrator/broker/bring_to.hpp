// A file of the broker's folder that must say just this.
#pragma once

#include <filesystem>
#include <string>

#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/files.hpp"
#include "proto/base/result.hpp"

namespace muster::broker {

// True when it did not, whoever changed it. Read again each time: were it damaged meanwhile, the next reload would end
// all checking.
inline Result<bool> bring_to(const std::filesystem::path& file, const std::string& text) {
  const auto there = base::read_file(file, kCrlFileMaxBytes);
  if (there && *there == text) return false;
  MUSTER_TRY(base::write_file(file, text));
  return true;
}

}  // namespace muster::broker
