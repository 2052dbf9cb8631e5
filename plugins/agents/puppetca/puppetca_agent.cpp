#include "plugins/agents/puppetca/puppetca_agent.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "plugins/agents/puppetca/cleaning.hpp"
#include "plugins/agents/puppetca/lost.hpp"
#include "plugins/agents/puppetca/signing.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {
namespace {

using Steady = std::chrono::steady_clock;

// Left of the caller's patience for the reply itself.
constexpr std::chrono::milliseconds kReplyReserve{500};
// Asked of every master before each choice: one that is slow to say how it does is not the one to
// choose.
constexpr std::chrono::seconds kHealthPatience{5};

double load_per_processor() {
  double minute = 0;
  if (::getloadavg(&minute, 1) != 1) return 0;
  return minute / static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace

bool PuppetcaAgent::active() const {
  std::error_code ignored;
  return std::filesystem::exists(node_.puppet().cadir / "ca_crt.pem", ignored);
}

ActionReply PuppetcaAgent::handle(const ActionRequest& request) {
  auto deadline = request.deadline - kReplyReserve;
  if (request.action == "health") deadline = std::min(deadline, Steady::now() + kHealthPatience);
  auto data = [&]() -> Result<Value> {
    MUSTER_ASSIGN(auto ca, CaApi::open(node_, clients_, deadline));
    if (request.action == "list") return list(ca, request.data);
    if (request.action == "status") return status(ca, request.data);
    if (request.action == "sign") return sign(ca, request);
    if (request.action == "clean") return clean(ca, request.data, deadline);
    if (request.action == "audit") return audit();
    if (request.action == "revoke_lost") return revoke_lost(ca, request.data, deadline);
    if (request.action == "health") return health(ca);
    return fail(Errc::unknown_action, fmt::format("puppetca has no action '{}'", request.action));
  }();
  return data ? ActionReply::ok(std::move(*data)) : ActionReply::failed(data.error());
}

Status PuppetcaAgent::refuse_own(const std::string& certname) const {
  MUSTER_TRY(base::check_identity(certname));  // it becomes part of a URL
  if (certname != node_.identity()) return {};
  return fail(
      Errc::aborted,
      fmt::format("{} is this master's own certificate; it is not touched over the bus", certname));
}

Result<Value> PuppetcaAgent::list(CaApi& ca, const Value& data) {
  MUSTER_ASSIGN(auto records, ca.list(data.value("state", "all")));
  const auto shown = std::min(records.size(), kListMost);
  auto items = Value::array();
  for (std::size_t i = 0; i < shown; ++i)
    items.push_back({{"name", records[i].name},
                     {"state", records[i].state},
                     {"fingerprint", records[i].fingerprint}});
  return Value{{"certificates", std::move(items)}, {"left_out", records.size() - shown}};
}

Result<Value> PuppetcaAgent::status(CaApi& ca, const Value& data) {
  const std::string certname = data.at("certname");
  MUSTER_TRY(base::check_identity(certname));
  MUSTER_ASSIGN(const auto record, ca.status(certname));
  if (!record) return Value{{"state", "absent"}, {"fingerprint", ""}};
  return Value{{"state", record->state}, {"fingerprint", record->fingerprint}};
}

Result<Value> PuppetcaAgent::sign(CaApi& ca, const ActionRequest& request) {
  const std::string certname = request.data.at("certname");
  MUSTER_TRY(refuse_own(certname));
  MUSTER_ASSIGN(const auto fingerprint,
                plain_fingerprint(request.data.at("fingerprint").get<std::string>()));
  const auto wait_s = std::clamp<std::int64_t>(request.data.value("wait_s", std::int64_t{30}), 0,
                                               kSignWaitMaxSeconds);
  const auto deadline =
      std::min(Steady::now() + std::chrono::seconds(wait_s), request.deadline - kReplyReserve);
  MUSTER_ASSIGN(auto allowed, allowed_content(request.data));
  MUSTER_ASSIGN(const bool pending,
                Signing(ca, signed_, std::move(allowed)).sign(fingerprint, deadline));
  return Value{{"fingerprint", fingerprint}, {"already", !pending}};
}

Result<Value> PuppetcaAgent::clean(CaApi& ca, const Value& data, Steady::time_point deadline) {
  const std::string certname = data.at("certname");
  MUSTER_TRY(refuse_own(certname));
  MUSTER_ASSIGN(const auto owed, owed_of(data, node_.clock().unix_ms()));
  const CaFiles files(node_.puppet().cadir);
  MUSTER_ASSIGN(const auto cleaned,
                Cleaning(ca, files, node_.clock().unix_ms(), deadline).clean(certname, owed));
  return Value{{"was", cleaned.was}, {"serials", cleaned.serials}, {"unknown", cleaned.unknown}};
}

Result<Value> PuppetcaAgent::audit() {
  const CaFiles files(node_.puppet().cadir);
  MUSTER_ASSIGN(const auto found, find_lost(files, node_.clock().unix_ms()));
  const auto shown = std::min(found.lost.size(), kListMost);
  auto items = Value::array();
  for (std::size_t i = 0; i < shown; ++i)
    items.push_back({{"serial", found.lost[i].serial},
                     {"name", found.lost[i].name},
                     {"expires_at", base::iso8601(found.lost[i].not_after_ms)}});
  return Value{{"lost", std::move(items)},
               {"left_out", found.lost.size() - shown},
               {"unread_lines", found.unread_lines}};
}

Result<Value> PuppetcaAgent::revoke_lost(CaApi& ca, const Value& data,
                                         Steady::time_point deadline) {
  const std::string serial = data.at("serial");
  const CaFiles files(node_.puppet().cadir);
  MUSTER_TRY(Cleaning(ca, files, node_.clock().unix_ms(), deadline).revoke_lost(serial));
  return Value{{"serial", serial}};
}

// Nothing that grows with the CA: it is asked before every choice of a master.
Value PuppetcaAgent::health(CaApi& ca) {
  Value data{{"running", false}, {"load", load_per_processor()}, {"reason", ""}};
  const auto state = ca.server_state();
  if (!state)
    data["reason"] = state.error().message;
  else if (*state != "running")
    data["reason"] = "the Puppet Server says " + base::quoted(*state);
  else
    data["running"] = true;
  return data;
}

}  // namespace muster::plugins::puppetca
