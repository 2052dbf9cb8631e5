// package: looks at and changes packages of the operating system.
#pragma once

#include <memory>
#include <string_view>

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"
#include "plugins/packages/provider.hpp"

namespace muster::plugins::package {

inline constexpr std::string_view kJobKind = "package";
// Of a job that changes packages. Long, for one that is killed leaves the machine's packages broken.
inline constexpr std::chrono::hours kChangeTimeout{4};
// Of a search.
inline constexpr std::size_t kFoundMax = 200;

class PackageAgent final : public DescribedAgent {
 public:
  PackageAgent(ddl::Lazy<ddl::Agent> ddl, Node& node, packages::Programs programs = {})
      : DescribedAgent(std::move(ddl)),
        node_(node),
        programs_(std::move(programs)),
        provider_(packages::find_provider(programs_)) {}

  // Where there is apt or dnf.
  bool active() const override { return provider_ != nullptr; }
  ActionReply handle(const ActionRequest& request) override;

 private:
  Result<ActionReply> answer(const ActionRequest& request);
  Result<ActionReply> status(const ActionRequest& request) const;
  Result<ActionReply> search(const ActionRequest& request) const;
  Result<ActionReply> check_updates(const ActionRequest& request) const;
  Result<ActionReply> installed(const ActionRequest& request) const;
  // As package manager `kind`: Errc::aborted on nodes with another.
  Status only_with(std::string_view kind) const;

  Result<ActionReply> change(const ActionRequest& request, packages::Change change);
  // Runs what keeps no package waiting for the caller: refresh, clean.
  Result<ActionReply> run(const ActionRequest& request, const packages::Command& command);
  // Errc::aborted, saying why, unless the job ended well before the caller's patience did.
  Result<JobStatus> run_to_end(const ActionRequest& request, const packages::Command& command);

  Node& node_;
  const packages::Programs programs_;
  const std::unique_ptr<packages::Provider> provider_;
};

}  // namespace muster::plugins::package
