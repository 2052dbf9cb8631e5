// An agent in process: a named set of actions, described by its DDL.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::plugins {

struct ActionRequest {
  std::string agent;
  std::string action;
  Value data;          // checked against the DDL, defaults filled in
  std::string caller;  // "cert=alice"
  std::string request_id;
  std::string collective;
  std::chrono::steady_clock::time_point
      deadline;                 // an action that starts a child gives it what is left
  std::int64_t sent_at_ms = 0;  // Unix time, by the caller's clock
  std::uint32_t ttl_s = 0;
  std::chrono::steady_clock::time_point
      received{};  // the action may have waited for its turn since; epoch: not known
};

struct ActionReply {
  int status = 0;  // 0 ok, 1-5 as MCollective's
  std::string message = "OK";
  Value data = Value::object();

  static ActionReply ok(Value data, std::string message = "OK");
  static ActionReply failed(const Error& error);
};

// Called from several pool threads at once: implementations are thread-safe. Exceptions that escape
// become status 5 of that call alone.
class Agent {
 public:
  virtual ~Agent() = default;
  virtual const ddl::Agent& ddl() const = 0;
  // The description's. Where that is read at first use, this does not read it.
  virtual const std::string& name() const { return ddl().name; }
  // Whether this node offers it at all. Asked at start and at each reload.
  virtual bool active() const { return true; }
  // What an action may take beyond its DDL's timeout: a process that has to start.
  virtual std::chrono::milliseconds start_up_time() const { return std::chrono::milliseconds(0); }
  virtual ActionReply handle(const ActionRequest& request) = 0;
  // A map of facts of its own that the node's presence shows everybody: provision=waiting. Call
  // Node::presence_changed() when it changes.
  virtual Value presence_facts() const { return Value::object(); }
  // The common name of the orchestrator that holds the lease of this node at the moment; empty when
  // nobody does. Policies know it as the caller `lease`.
  virtual std::string lease_holder() const { return ""; }
};

}  // namespace muster::plugins
