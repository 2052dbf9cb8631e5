#include "orchestrator/client/ending_soon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "orchestrator/client/broker_chain.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"

namespace muster::client {
namespace {

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
constexpr std::size_t kDateLength = 10;  // of "2026-12-10T…"

// Rounded down, also below zero.
std::int64_t whole_days(std::int64_t ms) {
  return ms >= 0 ? ms / kDayMs : -((-ms + kDayMs - 1) / kDayMs);
}

struct Dependence {
  std::string_view what;
  std::string_view remedy;
};

constexpr Dependence kOwn{
    "the certificate of",
    "'muster operator renew' or 'muster orchestrator renew', where the root's key is"};
constexpr Dependence kRoot{
    "the root", "all that it issued ends with it; 'muster root rotate' puts another beside it"};
constexpr Dependence kPuppetCa{"the Puppet CA",
                               "renew it on its master, which then tells the fleet"};

constexpr Dependence kBroker{"the certificate of broker",
                             "'muster broker renew', where the root's key is, then 'muster broker "
                             "config' and SIGHUP to mosquitto"};
constexpr Dependence kIssuer{"the certificate of issuer",
                             "'muster issuer renew', where the root's key is"};

constexpr std::string_view kTokenRemedy =
    "'muster token create' makes another, for the machines and images that carry this one";

void collect_tokens(const std::vector<TokenEnd>& tokens, std::int64_t now_ms,
                    std::vector<Ending>& endings) {
  for (const auto& token : tokens)
    if (is_told(token, now_ms))
      endings.push_back({"the join token " + base::quoted(token.id), token.id, token.ends_at_ms,
                         whole_days(token.ends_at_ms - now_ms), std::string(kTokenRemedy)});
}

std::vector<x509::Certificate> issuers_beside(const std::filesystem::path& folder) {
  std::vector<x509::Certificate> issuers;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.path().extension() != ".pem") continue;
    auto certificate = x509::Certificate::from_file(entry.path());
    if (certificate &&
        security::role_from(certificate->organizational_unit()) == security::Role::issuer)
      issuers.push_back(*std::move(certificate));
  }
  return issuers;
}

void collect_ending(const std::vector<x509::Certificate>& certificates, const Dependence& kind,
                    std::int64_t now_ms, std::vector<Ending>& endings) {
  const auto soon = std::chrono::duration_cast<std::chrono::milliseconds>(kEndsSoon).count();
  for (const auto& certificate : certificates) {
    const auto left = certificate.not_after_ms() - now_ms;
    if (left > soon) continue;
    endings.push_back({fmt::format("{} {}", kind.what, base::quoted(certificate.common_name())),
                       certificate.fingerprint(), certificate.not_after_ms(), whole_days(left),
                       std::string(kind.remedy)});
  }
}

}  // namespace

Depends Depends::of(Link& link) {
  // Behind our own certificate stands what links its root to another: not ours to renew.
  return {{link.signer().chain().front()}, link.operators().anchors(), link.nodes().anchors()};
}

Depends Depends::of(Link& link, const settings::Settings& settings) {
  auto depends = of(link);
  for (const auto& broker : settings.brokers)
    if (auto chain = broker_chain(broker)) depends.brokers.push_back(chain->front());
  depends.issuers = issuers_beside(settings.folder());
  return depends;
}

bool is_told(const TokenEnd& token, std::int64_t now_ms) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto life = token.ends_at_ms - token.issued_at_ms;
  const auto left = token.ends_at_ms - now_ms;
  if (life < duration_cast<milliseconds>(kTokenLifeWarned).count() || left <= 0) return false;
  return left <= std::min<std::int64_t>(life / 3, duration_cast<milliseconds>(kEndsSoon).count());
}

std::vector<Ending> ending_soon(const Depends& depends, std::int64_t now_ms) {
  std::vector<Ending> all;
  collect_ending(depends.own, kOwn, now_ms, all);
  collect_ending(depends.roots, kRoot, now_ms, all);
  collect_ending(depends.puppet_cas, kPuppetCa, now_ms, all);
  collect_ending(depends.brokers, kBroker, now_ms, all);
  collect_ending(depends.issuers, kIssuer, now_ms, all);
  collect_tokens(depends.tokens, now_ms, all);
  std::vector<Ending> endings;
  std::set<std::string> seen;
  for (auto& ending : all)
    if (seen.insert(ending.fingerprint).second) endings.push_back(std::move(ending));
  std::stable_sort(endings.begin(), endings.end(),
                   [](const Ending& a, const Ending& b) { return a.ends_at_ms < b.ends_at_ms; });
  return endings;
}

std::string text_of(const Ending& ending) {
  const auto date = base::iso8601(ending.ends_at_ms).substr(0, kDateLength);
  std::string when = fmt::format("ends in {} days", ending.days_left);
  if (ending.days_left < 0) when = "has ended";
  if (ending.days_left == 0) when = "ends within a day";
  if (ending.days_left == 1) when = "ends in 1 day";
  return fmt::format("{} {}, on {}: {}", ending.what, when, date, ending.remedy);
}

std::int64_t warning_stage(std::int64_t days_left) {
  for (const std::int64_t step : {0, 1, 2, 3, 7, 14})
    if (days_left <= step) return step;
  return 30;
}

}  // namespace muster::client
