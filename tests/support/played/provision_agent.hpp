// The agent that takes a node through its workflow, where the machine and the CA are played. Leases and fences are the real
// ones' (plugins/agents/provision).
#pragma once

#include <string>

#include "plugins/agents/provision/progress.hpp"
#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::played {

// What steps work on: the machine's disk, and the CA that it asks.
class Workplace {
 public:
  using Progress = plugins::provision::Progress;
  virtual ~Workplace() = default;

  // Null: nobody has ever wanted it provisioned. Good until save().
  virtual const Progress* progress() const = 0;
  virtual Status save(Progress progress) = 0;
  // Of the step of that name; what each gives is the action's answer.
  virtual Result<Value> set_puppet_host(const Value& arguments) = 0;
  virtual Result<Value> request_certificate() = 0;
  virtual Result<Value> fetch_certificate(const Value& arguments) = 0;
  virtual bool has_certificate() const = 0;
  // The subject of its certificate's CA; empty without one.
  virtual std::string certificate_issuer() const = 0;
  // `progress` stays, and key and certificate go, when its CA is `issued_by` (PEM; empty: any).
  virtual Status give_up_certificate(const std::string& issued_by, Progress progress) {
    (void)issued_by, (void)progress;
    return fail(Errc::aborted, "this node cannot join");
  }
  // It has had the last step.
  virtual void finished() {}
};

// On the loop's thread. What it is given must outlive it.
class ProvisionAgent final : public plugins::DescribedAgent {
 public:
  ProvisionAgent(ddl::Lazy<ddl::Agent> ddl, plugins::Node& node, Workplace& place)
      : DescribedAgent(std::move(ddl)), node_(node), place_(place) {}

  plugins::ActionReply handle(const plugins::ActionRequest& request) override;
  Value presence_facts() const override;
  std::string lease_holder() const override;

 private:
  using Progress = Workplace::Progress;

  Result<Value> answer(const plugins::ActionRequest& request);
  Result<Value> change(const plugins::ActionRequest& request);
  Result<Value> apply(const plugins::ActionRequest& request, Progress& next) const;
  Result<Value> claim(const plugins::ActionRequest& request, Progress& next) const;
  Result<Value> step(const plugins::ActionRequest& request);
  Result<Value> run(const plugins::ActionRequest& request);
  Result<Value> enter_collective();
  Value status() const;
  Result<Value> again(const Value& wanted);
  Status check_fence_of(const plugins::ActionRequest& request) const;
  Progress progress() const;
  plugins::provision::State state() const;
  std::int64_t now_ms() const { return node_.clock().unix_ms(); }

  plugins::Node& node_;
  Workplace& place_;
};

}  // namespace muster::played
