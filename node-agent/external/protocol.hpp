// The messages of Choria's external agents, version 1: names and keys are Choria's to the letter, so
// that existing agents run unchanged.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "plugins/api/agent.hpp"
#include "proto/base/result.hpp"

namespace muster::external {

inline constexpr std::string_view kRpcRequest = "io.choria.mcorpc.external.v1.rpc_request";
inline constexpr std::string_view kActivationRequest =
    "io.choria.mcorpc.external.v1.activation_request";

// JSON documents. The caller's name stands for Choria's sender too: a request tells no host.
std::string rpc_request(const plugins::ActionRequest& request);
std::string activation_request(const std::string& agent);

// What an agent wrote: a status, a message, data of any kind. Keys count without regard to case, the last of
// several; those that are absent or null are 0, "OK" and empty; unknown ones are ignored, as Choria does. Statuses from 6 to 255
// become 5, and the message tells them. Errc::unknown when it is malformed.
Result<plugins::ActionReply> read_rpc_reply(std::string_view text);
Result<bool> read_activation_reply(std::string_view text);

inline constexpr int kJsonDepthMax = 64;  // deeper ones would be copied by as deep a recursion

// For others that answer by a file: one JSON object of at most kJsonDepthMax levels.
Result<Value> read_object(std::string_view text);
// Without parsing it.
bool too_deep(std::string_view json);

// What stands in a JSON object, in the order of the document: a key may stand there more than once, also in another
// spelling. Go, and so Choria, reads one after the other, and the last one counts.
struct Members {
  std::vector<std::pair<std::string, Value>> all;

  // Of a key without regard to case (of ASCII letters), in order; they live as long as this.
  std::vector<const Value*> named(std::string_view key) const;
  // The last of them that is not null; else null.
  const Value& last(std::string_view key) const;
};
// As read_object.
Result<Members> read_members(std::string_view text);

}  // namespace muster::external
