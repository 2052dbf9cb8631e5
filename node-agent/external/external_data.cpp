#include "node-agent/external/external_data.hpp"

#include "node-agent/external/call.hpp"
#include "node-agent/external/protocol.hpp"

namespace muster::external {
namespace {

constexpr std::string_view kSchema =
    "https://choria.io/schemas/mcorpc/external/v1/data_request.json";

std::string data_request(const std::string& plugin, const std::optional<std::string>& argument) {
  const Value request{{"$schema", kSchema},
                      {"protocol", kDataRequest},
                      {"plugin", plugin},
                      {"query", argument ? Value(*argument) : Value(nullptr)}};
  return request.dump(-1, ' ', false, Value::error_handler_t::replace);
}

Result<Value> read_data_reply(std::string_view text) {
  MUSTER_ASSIGN(const auto reply, read_members(text));
  if (const auto& error = reply.last("error"); !error.is_null() && error != "")
    return fail(Errc::aborted, error.is_string() ? error.get<std::string>() : error.dump());
  auto data = reply.last("data");
  if (!data.is_object())
    return fail(Errc::unknown, "its reply is malformed: 'data' must be an object");
  return data;
}

}  // namespace

Result<Value> ExternalData::query(const std::optional<std::string>& argument) {
  Call call;
  call.agent = ddl_.name;
  call.argv = {program_.string()};
  call.protocol = kDataRequest;
  call.request = data_request(ddl_.name, argument);
  call.facts = around_.facts();
  call.config = around_.plugin_config / ddl_.name;
  call.timeout = ddl_.timeout;
  MUSTER_ASSIGN(const auto text, run_call(call));
  return read_data_reply(text);
}

}  // namespace muster::external
