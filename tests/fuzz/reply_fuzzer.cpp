// What an external agent wrote as its reply.
#include <nlohmann/json.hpp>

#include "node-agent/external/protocol.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "tests/fuzz/fuzzer.hpp"

using muster::fuzz::require;

MUSTER_FUZZER(reply) {
  const auto text = muster::fuzz::text_of(data, size);
  static_cast<void>(muster::external::read_activation_reply(text));
  if (const auto object = muster::external::read_object(text))
    require(
        object->is_object() && muster::external::read_members(text)->all.size() >= object->size(),
        "every key of an object is a member of it");
  const auto reply = muster::external::read_rpc_reply(text);
  if (!reply) return 0;
  require(reply->status >= 0 && reply->status <= 5, "a status is one of MCollective's");
  muster::v1::Value wire;
  if (muster::envelope::encode_value(reply->data, wire))
    require(muster::envelope::decode_value(wire).has_value(), "what travels arrives");
  return 0;
}
