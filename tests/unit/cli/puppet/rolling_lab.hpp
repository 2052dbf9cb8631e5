// Nodes whose Puppet runs take some questions, and end as a test says.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/cli/puppet/rolling_run.hpp"
#include "plugins/puppet/exit_code.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::cli::puppet {

struct Told {
  Value data = Value::object();
  std::uint32_t status = 0;
  std::string message = "OK";
  messages::Outcome outcome = messages::Outcome::answered;
};

inline Told going_on(const std::string& job) {
  return {{{"job", job}, {"state", "running"}}};
}

// As PuppetAgent tells it: runonce answers a failed run with status 1, job with status 0.
inline Told ended_with(int exit_code, const std::string& action) {
  Told told{
      {{"job", "j"}, {"state", "finished"}, {"exit_code", exit_code}, {"last_lines", "Error: no"}}};
  if (action == "job" || plugins::puppet::run_succeeded(exit_code)) return told;
  told.status = 1;
  told.message = plugins::puppet::check_exit_code(exit_code).error().message;
  return told;
}

class RollingLab : public testing::Test {
 protected:
  // Nothing: the node says nothing.
  using Answer = std::function<std::optional<Told>(const messages::Request&)>;

  RollingLab() {
    lab_.trust_nodes();
    run_.answer_limit = std::chrono::milliseconds(20'000);
    run_.run_limit = std::chrono::seconds(100);
    run_.poll = std::chrono::milliseconds(1);
  }

  void add(const std::string& name, Answer answer) {
    nodes_.push_back(std::make_unique<client::LabNode>(
        lab_, name,
        [this, answer = std::move(answer)](client::LabNode& node,
                                           const messages::Request& request) {
          const std::lock_guard lock(mutex_);
          asked_.push_back(request);
          const auto told = answer(request);
          if (!told) return;
          auto reply = node.reply_to(request);
          reply.status = told->status;
          reply.message = told->message;
          reply.outcome = told->outcome;
          reply.data = told->data;
          node.send(request, reply);
        }));
    identities_.push_back(name);
  }

  void add(const std::string& name, int exit_code, int questions) {
    left_[name] = questions;
    add(name, [this, name, exit_code](const messages::Request& request) -> std::optional<Told> {
      if (request.action == "runonce") running_.insert(name);
      most_ = std::max(most_, running_.size());
      if (left_[name]-- > 0) return going_on("j-" + name);
      running_.erase(name);
      return ended_with(exit_code, request.action);
    });
  }

  // A node whose run goes on when it is first asked; `answer` is to the questions after that.
  void add_running(const std::string& name, Answer answer) {
    add(name, [name, answer = std::move(answer)](const messages::Request& request) {
      return request.action == "runonce" ? going_on("j-" + name) : answer(request);
    });
  }

  std::vector<RunEnd> run(std::size_t concurrency = 1) {
    run_.concurrency = concurrency;
    return run_everywhere(*caller_, identities_, run_, [this](const RunEnd&) { ++told_; });
  }

  std::vector<messages::Request> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  client::ClientLab lab_;
  std::unique_ptr<client::Caller> caller_ = client::Caller::start(lab_.link()).value();
  RollingRun run_;
  std::mutex mutex_;
  std::map<std::string, int> left_;
  std::set<std::string> running_;
  std::size_t most_ = 0;  // at once
  std::vector<messages::Request> asked_;
  std::vector<std::string> identities_;
  int told_ = 0;
  std::vector<std::unique_ptr<client::LabNode>> nodes_;
};

}  // namespace muster::cli::puppet
