// Call results as tests need them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/client/caller.hpp"

namespace muster::cli {

inline client::NodeResult node_result(const std::string& identity, client::Outcome outcome,
                                      Value data = Value::object()) {
  client::NodeResult node;
  node.identity = identity;
  node.outcome = outcome;
  node.status = outcome == client::Outcome::failed ? 1 : 0;
  if (outcome != client::Outcome::silent)
    node.message = outcome == client::Outcome::ok ? "OK" : "could not do it";
  node.data = std::move(data);
  node.took = std::chrono::microseconds(12'340);
  return node;
}

inline client::CallResult call_result(std::vector<client::NodeResult> nodes) {
  client::CallResult result;
  result.request_id = "0123";
  result.results = std::move(nodes);
  result.took = std::chrono::microseconds(245'120);
  return result;
}

}  // namespace muster::cli
