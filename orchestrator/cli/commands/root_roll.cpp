// Who runs with which certificate, and which brokers have a root.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "orchestrator/authority/index.hpp"
#include "orchestrator/cli/commands/root.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/brokers_told.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/security/role.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kRoundPatience{
    700};  // for answers, while we ask again and again

// "a, b (2 of them)"
std::string hosts_text(const std::map<std::string, std::size_t>& hosts) {
  std::vector<std::string> texts;
  for (const auto& [host, count] : hosts)
    texts.push_back(count == 1 ? render::one_line(host)
                               : fmt::format("{} ({} of them)", render::one_line(host), count));
  return fmt::format("{}", fmt::join(texts, ", "));
}

bool any_watcher(const std::vector<client::OnDuty>& on_duty) {
  return std::any_of(on_duty.begin(), on_duty.end(), [](const auto& one) { return one.watcher; });
}

}  // namespace

Result<Fleetwide> fleetwide(const CommonOptions& common, const std::filesystem::path& folder,
                            std::vector<std::string> without) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  Fleetwide fleet{.brokers = settings.brokers, .orchestrators = {}, .without = std::move(without)};
  MUSTER_ASSIGN(const auto index, authority::read_index(folder, base::SystemClock().unix_ms()));
  for (const auto& [issued, state] : index.certificates)
    if (state == authority::CertificateState::current &&
        issued.role == name_of(security::Role::orchestrator))
      fleet.orchestrators.push_back(issued.name);
  return fleet;
}

Result<NotOfRoot> not_of_root(client::Link& link, const x509::Certificate& root,
                              const std::vector<std::string>& expected) {
  MUSTER_ASSIGN(const auto on_duty, client::call_roll(link));
  NotOfRoot behind;
  std::set<std::string> answered;
  for (const auto& one : on_duty) {
    answered.insert(one.name);
    if (one.certificate.issued_by(root)) continue;
    (one.watcher ? behind.watchers : behind.orchestrators).push_back(one);
  }
  for (const auto& name : expected)
    if (!answered.contains(name)) behind.silent.push_back(name);
  if (!any_watcher(on_duty)) behind.silent.emplace_back(security::kWatcherName);
  return behind;
}

Status wait_for_brokers(client::Link& link, const x509::Certificate& root) {
  const auto deadline = std::chrono::steady_clock::now() + kBrokersPatience;
  MUSTER_ASSIGN(auto on_duty, client::call_roll(link, kRoundPatience));
  if (!any_watcher(on_duty)) {  // perhaps it was only slow
    MUSTER_ASSIGN(on_duty, client::call_roll(link));
  }
  if (!any_watcher(on_duty))
    return fail(Errc::unavailable,
                fmt::format("no broker's watcher answers: a broker lets in who is of {} once "
                            "'muster broker watch' has run beside it, or after 'muster broker "
                            "config' and SIGHUP to it",
                            base::quoted(root.common_name())));
  client::BrokersTold told(root.fingerprint());
  for (;;) {
    told.note(on_duty);
    const auto lack = told.lacking();
    if (lack.empty()) return {};
    if (std::chrono::steady_clock::now() > deadline)
      return fail(
          Errc::timeout,
          fmt::format("after {} s these brokers do not let in who is of {}: those on {}; "
                      "the log of 'muster broker watch' there says why. The same command "
                      "again waits again",
                      std::chrono::duration_cast<std::chrono::seconds>(kBrokersPatience).count(),
                      base::quoted(root.common_name()), hosts_text(lack)));
    MUSTER_ASSIGN(on_duty, client::call_roll(link, kRoundPatience));
  }
}

}  // namespace muster::cli
