#include "plugins/agents/nettest/nettest_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "plugins/agents/nettest/connect.hpp"
#include "plugins/agents/nettest/ping.hpp"
#include "plugins/agents/nettest/resolve.hpp"

namespace muster::plugins::nettest {
namespace {

constexpr std::chrono::milliseconds kReplyReserve{500};  // of the caller's patience
constexpr std::int64_t kPatienceS = 5;                   // unless the caller says otherwise
constexpr std::int64_t kPatienceMaxS = 45;
constexpr std::int64_t kCountMax = 20;

int family_of(const Value& inputs) {
  const auto family = inputs.value("family", std::string("any"));
  if (family == "ipv4") return AF_INET;
  return family == "ipv6" ? AF_INET6 : AF_UNSPEC;
}

// From now: resolving took its own time.
Result<Steady::time_point> until(const ActionRequest& request) {
  const auto seconds = request.data.value("timeout", kPatienceS);
  if (seconds < 1 || seconds > kPatienceMaxS)
    return fail(Errc::invalid_data,
                fmt::format("timeout must be 1 to {} seconds, not {}", kPatienceMaxS, seconds));
  return std::min(Steady::now() + std::chrono::seconds(seconds), request.deadline - kReplyReserve);
}

// To a tenth of a microsecond: what is behind that is noise.
double rounded(double ms) {
  return static_cast<double>(static_cast<std::int64_t>(ms * 1e4 + 0.5)) / 1e4;
}

Result<ActionReply> ping_action(const ActionRequest& request) {
  const auto& inputs = request.data;
  const auto count = inputs.value("count", std::int64_t{1});
  if (count < 1 || count > kCountMax)
    return fail(Errc::invalid_data, fmt::format("count must be 1 to {}, not {}", kCountMax, count));
  const auto host = inputs.at("fqdn").get<std::string>();
  MUSTER_ASSIGN(const auto addresses, resolve(host, family_of(inputs)));
  MUSTER_ASSIGN(const auto deadline, until(request));
  const auto& address = addresses.front();
  MUSTER_ASSIGN(const auto pinged, ping(address, static_cast<int>(count), deadline));
  const auto answers = static_cast<int>(pinged.rtt_ms.size());
  Value data{
      {"address", address.text()}, {"sent", pinged.sent}, {"received", answers}, {"rtt", nullptr}};
  if (answers == 0)
    return ActionReply{1, fmt::format("{} ({}) does not answer", host, address.text()),
                       std::move(data)};
  const auto [least, most] = std::minmax_element(pinged.rtt_ms.begin(), pinged.rtt_ms.end());
  data["rtt"] = rounded(std::accumulate(pinged.rtt_ms.begin(), pinged.rtt_ms.end(), 0.0) / answers);
  data["rtt_min"] = rounded(*least);
  data["rtt_max"] = rounded(*most);
  return ActionReply::ok(std::move(data));
}

Result<ActionReply> connect_action(const ActionRequest& request) {
  const auto& inputs = request.data;
  const auto port = inputs.at("port").get<std::int64_t>();
  if (port < 1 || port > 65'535)
    return fail(Errc::invalid_data, fmt::format("port must be 1 to 65535, not {}", port));
  const auto host = inputs.at("fqdn").get<std::string>();
  const auto start = Steady::now();
  MUSTER_ASSIGN(const auto addresses, resolve(host, family_of(inputs)));
  const auto resolving = milliseconds_since(start);
  MUSTER_ASSIGN(const auto deadline, until(request));
  const auto result = connect_to(addresses, static_cast<std::uint16_t>(port), deadline);
  Value data{{"connect", result.connected},
             {"connect_status", result.status},
             {"connect_time", rounded(result.time_ms)},
             {"resolve_time", rounded(resolving)},
             {"address", result.address}};
  if (result.connected) return ActionReply::ok(std::move(data));
  return ActionReply{1,
                     fmt::format("cannot connect to {} port {} ({}): {}", host, port,
                                 result.address, result.status),
                     std::move(data)};
}

Result<ActionReply> resolve_action(const ActionRequest& request) {
  const auto start = Steady::now();
  MUSTER_ASSIGN(const auto addresses,
                resolve(request.data.at("fqdn").get<std::string>(), family_of(request.data)));
  Value texts = Value::array();
  for (const auto& address : addresses) texts.push_back(address.text());
  return ActionReply::ok(
      {{"addresses", std::move(texts)}, {"resolve_time", rounded(milliseconds_since(start))}});
}

}  // namespace

ActionReply NettestAgent::handle(const ActionRequest& request) {
  auto reply = [&]() -> Result<ActionReply> {
    if (request.action == "ping") return ping_action(request);
    if (request.action == "connect") return connect_action(request);
    if (request.action == "resolve") return resolve_action(request);
    return fail(Errc::unknown_action, fmt::format("nettest has no action '{}'", request.action));
  }();
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

}  // namespace muster::plugins::nettest
