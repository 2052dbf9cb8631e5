// provision: takes this node from first boot to production, one step a call.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "plugins/agents/provision/progress.hpp"
#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"
#include "plugins/http/client_pool.hpp"
#include "proto/base/guarded.hpp"

namespace muster::plugins::provision {

// All state is in <state folder>/provision.json, read once at construction. A damaged file leaves
// the agent answering `status` and `again` alone. One step works at a time; `status`, leases and
// `job` never wait for one.
class ProvisionAgent final : public DescribedAgent {
 public:
  ProvisionAgent(ddl::Lazy<ddl::Agent> ddl, Node& node);

  bool active() const override;  // not on a master
  ActionReply handle(const ActionRequest& request) override;
  // provision=waiting, claimed, failed or finished; nothing on a node that had its certificate before
  // anybody wanted it provisioned, so that no orchestrator touches a fleet that is in production.
  Value presence_facts() const override;
  std::string lease_holder() const override;

 private:
  using Change = Result<Value> (ProvisionAgent::*)(const ActionRequest&, Progress&);
  using Step = Result<Value> (ProvisionAgent::*)(const ActionRequest&);

  Result<Value> dispatch(const ActionRequest& request);
  Result<Value> status() const;
  Result<Value> again(const ActionRequest& request);
  Result<Value> give_up_certificate(const ActionRequest& request);
  Status begin_anew();
  Status is_nobodys() const;
  // Applies a change to a copy, which takes effect once it is on disk.
  Result<Value> change(const ActionRequest& request, Change apply);
  // Runs a step that works on the node, under its fence, one at a time.
  Result<Value> step(const ActionRequest& request, Step work);
  Status check_fence_of(const Result<Progress>& progress, const ActionRequest& request) const;
  Status save(Result<Progress>& progress, Progress next);

  Result<Value> claim_lease(const ActionRequest& request, Progress& next);
  Result<Value> renew_lease(const ActionRequest& request, Progress& next);
  Result<Value> release_lease(const ActionRequest& request, Progress& next);
  Result<Value> finish_all(const ActionRequest& request, Progress& next);

  Result<Value> point_puppet_host(const ActionRequest& request);
  Result<Value> request_own_certificate(const ActionRequest& request);
  Result<Value> fetch_own_certificate(const ActionRequest& request);
  Result<Value> enter_collective(const ActionRequest& request);
  Result<Value> run(const ActionRequest& request);
  Result<Value> reboot(const ActionRequest& request);
  // Of the step, and the round that it belongs to.
  std::pair<StepRun, std::int64_t> latest_run(const std::string& step);
  // On disk, under the request's fence.
  Status remember(const ActionRequest& request, const std::string& step, const StepRun& run);
  bool still_stands(const StepRun& run) const;

  Node& node_;
  const std::filesystem::path file_;
  http::ClientPool clients_;
  std::timed_mutex step_mutex_;  // held while a step works; taken before progress_'s, never after
  base::Guarded<Result<Progress>> progress_;  // or why the file cannot be read
};

}  // namespace muster::plugins::provision
