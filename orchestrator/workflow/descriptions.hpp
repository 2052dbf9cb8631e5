// What the agents that a workflow may call can do, by their descriptions (DDL).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::workflow {

// Inputs that the engine gives by itself, where an action has them.
inline constexpr std::string_view kFence = "fence";        // the lease's number
inline constexpr std::string_view kProgress = "progress";  // what is finished by now

// Immutable, thread-safe.
class Descriptions {
 public:
  // Those that are compiled in, parsed once.
  static const Descriptions& built_in();

  // Errc::config names the nearest. They live as long as the descriptions.
  Result<const ddl::Agent*> agent(const std::string& name) const;
  Result<const ddl::Action*> action(const std::string& agent, const std::string& action) const;
  // Whether the action has this input; false for one that is not known.
  bool takes(std::string_view agent, std::string_view action, std::string_view input) const;

 private:
  Descriptions();
  std::map<std::string, ddl::Agent, std::less<>> agents_;
};

}  // namespace muster::workflow
