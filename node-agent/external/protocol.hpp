// The messages of Choria's external agents, version 1: names and keys are Choria's to the letter, so
// that existing agents run unchanged.
#pragma once

#include <string>
#include <string_view>

#include "plugins/api/agent.hpp"
#include "proto/base/result.hpp"

namespace muster::external {

inline constexpr std::string_view kRpcRequest = "io.choria.mcorpc.external.v1.rpc_request";
inline constexpr std::string_view kActivationRequest =
    "io.choria.mcorpc.external.v1.activation_request";

// JSON documents. The caller's name stands for Choria's sender too: a request tells no host.
std::string rpc_request(const plugins::ActionRequest& request);
std::string activation_request(const std::string& agent);

// What an agent wrote: a status, a message, data of any kind. Keys count without regard to case; those that
// are absent or null are 0, "OK" and empty; unknown ones are ignored, as Choria does. Statuses from 6 to 255
// become 5, and the message tells them. Errc::unknown when it is malformed.
Result<plugins::ActionReply> read_rpc_reply(std::string_view text);
Result<bool> read_activation_reply(std::string_view text);

inline constexpr int kJsonDepthMax = 64;  // deeper ones would be copied by as deep a recursion

// For others that answer by a file: one JSON object of at most kJsonDepthMax levels.
Result<Value> read_object(std::string_view text);
// Without parsing it.
bool too_deep(std::string_view json);
// The value of a key without regard to case, as Choria's Go reads it; null when absent.
Value member(const Value& object, const char* key);

}  // namespace muster::external
