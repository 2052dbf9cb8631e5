#include "plugins/agents/puppetca/puppetca_agent.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "plugins/agents/puppetca/cleaning.hpp"
#include "plugins/agents/puppetca/lost.hpp"
#include "plugins/agents/puppetca/signing.hpp"
#include "plugins/agents/puppetca/valid.hpp"
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
    if (request.action == "clean") return clean(ca, request, deadline);
    if (request.action == "audit") return audit();
    if (request.action == "issued") return issued(request.data);
    if (request.action == "revoke_lost") return revoke_lost(ca, request.data, deadline);
    if (request.action == "health") return health(ca, request);
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

Result<Value> PuppetcaAgent::clean(CaApi& ca, const ActionRequest& request,
                                   Steady::time_point deadline) {
  const std::string certname = request.data.at("certname");
  MUSTER_TRY(refuse_own(certname));
  MUSTER_ASSIGN(const auto owed,
                owed_of(request.data, received_ms(node_.clock(), request.received)));
  const CaFiles files(node_.puppet().cadir);
  MUSTER_ASSIGN(const auto cleaned,
                Cleaning(ca, files, node_.clock().unix_ms(), deadline).clean(certname, owed));
  return Value{{"was", cleaned.was},
               {"serials", cleaned.serials},
               {"unknown", cleaned.unknown},
               {"kept", cleaned.kept}};
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

Result<Value> PuppetcaAgent::issued(const Value& data) {
  const auto from = std::max<std::int64_t>(0, data.value("from", std::int64_t{0}));
  MUSTER_ASSIGN(const auto page, find_valid(CaFiles(node_.puppet().cadir), node_.clock().unix_ms(),
                                            static_cast<std::size_t>(from)));
  auto items = Value::array();
  for (const auto& [issued, current] : page.certificates)
    items.push_back({{"serial", issued.serial},
                     {"name", issued.name},
                     {"issued_at", base::iso8601(issued.not_before_ms)},
                     {"expires_at", base::iso8601(issued.not_after_ms)},
                     {"current", current}});
  return Value{
      {"certificates", std::move(items)}, {"next", page.next}, {"unread_lines", page.unread_lines}};
}

Result<Value> PuppetcaAgent::revoke_lost(CaApi& ca, const Value& data,
                                         Steady::time_point deadline) {
  const std::string serial = data.at("serial");
  const CaFiles files(node_.puppet().cadir);
  MUSTER_TRY(Cleaning(ca, files, node_.clock().unix_ms(), deadline).revoke_lost(serial));
  return Value{{"serial", serial}};
}

std::size_t PuppetcaAgent::lend_places(const ActionRequest& request) {
  const auto count = [](const Value& number) {
    const auto whole = number.is_number_integer() ? number.get<std::int64_t>() : std::int64_t{0};
    return static_cast<std::size_t>(std::max<std::int64_t>(0, whole));
  };
  const auto& all = request.data.at("in_flight");
  const auto own = all.find(node_.identity());
  return places_.lend({.caller = request.caller,
                       .in_flight = own == all.end() ? 0 : count(*own),
                       .more = request.data.value("more", false),
                       .most = count(request.data.at("most")),
                       .asked_at_ms = request.data.value("asked_at_ms", std::int64_t{0})},
                      Steady::now());
}

// Nothing that grows with the CA: it is asked before every choice of a master.
Value PuppetcaAgent::health(CaApi& ca, const ActionRequest& request) {
  Value data{{"running", false}, {"load", load_per_processor()}, {"reason", ""}};
  const auto state = ca.server_state();
  if (!state)
    data["reason"] = "its Puppet Server is down: " + state.error().message;
  else if (*state != "running")
    data["reason"] = "its Puppet Server is down: it says " + base::quoted(*state);
  else if (const auto works = ca_works(ca); !works)
    data["reason"] = works.error().message;
  else
    data["running"] = true;
  if (request.data.contains("most") && request.data.contains("in_flight"))
    data["places"] = lend_places(request);
  return data;
}

// A server that runs may refuse all that is asked of its CA, and a CA that cannot write signs nothing. That it has no certificate of
// ours says nothing against it.
Status PuppetcaAgent::ca_works(CaApi& ca) const {
  const auto own = ca.status(node_.identity());
  if (!own) return fail(own.error().within("its CA does not serve us"));
  return CaFiles(node_.puppet().cadir).can_be_written();
}

}  // namespace muster::plugins::puppetca
