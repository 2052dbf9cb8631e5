// The site's program that asks the machines' provider, see InstanceGone.
#pragma once

#include <filesystem>

#include "orchestrator/provision/instance_gone.hpp"
#include "orchestrator/provision/live/asked_program.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

// Thread-safe.
class GoneProgram {
 public:
  // `program`: absolute.
  explicit GoneProgram(const std::filesystem::path& program)
      : program_({program.string()}, kGonePatience) {}

  // Errors as AskedProgram::ask(); Errc::invalid_data for what is no word.
  Result<GoneWord> ask(const Value& question) const;
  // As AskedProgram::stop().
  void stop() { program_.stop(); }

 private:
  AskedProgram program_;
};

}  // namespace muster::provision
