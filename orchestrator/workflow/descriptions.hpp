// What the agents that a workflow may call can do, by their descriptions (DDL).
#pragma once

#include <map>
#include <memory>
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
  // A site's, by their agents' names, or why one cannot be read.
  using OfSite = std::map<std::string, Result<ddl::Agent>, std::less<>>;

  // Those that are compiled in, parsed once.
  static const std::shared_ptr<const Descriptions>& built_in();
  // The same and a site's. A built-in one goes before one of its name.
  explicit Descriptions(OfSite of_site);

  // Errc::config names the nearest, or says what is wrong with the description. They live as long as the descriptions.
  Result<const ddl::Agent*> agent(const std::string& name) const;
  Result<const ddl::Action*> action(const std::string& agent, const std::string& action) const;
  // Whether the action has this input; false for one that is not known.
  bool takes(std::string_view agent, std::string_view action, std::string_view input) const;

 private:
  OfSite agents_;
};

}  // namespace muster::workflow
