// An agent whose only action does what a test says.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "plugins/api/agent.hpp"

namespace muster::agent {

class TestAgent final : public plugins::Agent {
 public:
  using Work = std::function<plugins::ActionReply(const plugins::ActionRequest&)>;

  explicit TestAgent(const std::string& name, Work work = {}, bool active = true)
      : work_(std::move(work)), active_(active) {
    ddl_.name = name;
    ddl::Action act;
    act.name = "act";
    act.inputs.push_back({.name = "count",
                          .prompt = {},
                          .description = {},
                          .type = ddl::Type::integer,
                          .optional = true,
                          .guarded = false,
                          .default_value = 7,
                          .validation = {},
                          .maxlength = 0,
                          .list = {}});
    act.outputs.push_back({.name = "state",
                           .description = {},
                           .display_as = {},
                           .type = "string",
                           .default_value = "unknown"});
    ddl_.actions = {act};
  }

  const ddl::Agent& ddl() const override { return ddl_; }
  bool active() const override { return active_; }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override {
    return work_ ? work_(request) : plugins::ActionReply::ok(request.data);
  }
  Value presence_facts() const override { return {{ddl_.name, "here"}}; }

  std::chrono::milliseconds start_up_time() const override { return start_up_time_; }

  void set_start_up_time(std::chrono::milliseconds time) { start_up_time_ = time; }
  std::string lease_holder() const override { return lease_holder_; }

  void set_lease_holder(std::string name) { lease_holder_ = std::move(name); }
  void guard(const std::string& name) {
    ddl::Input input;
    input.name = name;
    input.optional = true;
    input.guarded = true;
    ddl_.actions.front().inputs.push_back(std::move(input));
  }
  void set_timeout(std::chrono::seconds timeout) { ddl_.timeout = timeout; }

 private:
  ddl::Agent ddl_;
  std::string lease_holder_;
  const Work work_;
  const bool active_;
  std::chrono::milliseconds start_up_time_{0};
};

inline std::vector<std::unique_ptr<plugins::Agent>> agents_of(
    std::unique_ptr<plugins::Agent> first, std::unique_ptr<plugins::Agent> second = nullptr) {
  std::vector<std::unique_ptr<plugins::Agent>> all;
  all.push_back(std::move(first));
  if (second) all.push_back(std::move(second));
  return all;
}

}  // namespace muster::agent
