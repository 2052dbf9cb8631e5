#include "tests/chaos/promises.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace muster::chaos {
namespace {

using plugins::provision::State;

// As daemon::report() writes them.
constexpr std::string_view kGoodSubject = " is in production";
constexpr std::string_view kBadSubject = " could not be provisioned";

State state_of(const NodeFound& node) {
  return node.progress ? node.progress->state : State::waiting;
}

class Look {
 public:
  explicit Look(const Evidence& evidence) : found_(evidence) {}

  std::vector<std::string> unsettled() {
    for (const auto& node : found_.nodes) look_at_state(node);
    return std::move(broken_);
  }
  std::vector<std::string> all() {
    for (const auto& node : found_.nodes) {
      look_at_state(node);
      look_at_lease(node);
      look_at_certificates(node);
      look_at_notices(node);
    }
    return std::move(broken_);
  }

 private:
  void say(std::string what) { broken_.push_back(std::move(what)); }
  bool has_failed(const NodeFound& node) const;
  void look_at_state(const NodeFound& node);
  void look_at_lease(const NodeFound& node);
  void look_at_certificates(const NodeFound& node);
  void look_at_notices(const NodeFound& node);
  bool is_owed(const CertificateFound& certificate) const;
  std::set<std::string> ids_about(const NodeFound& node, std::string_view subject) const;
  const RecordFound* record_of(const NodeFound& node) const {
    const auto found = found_.records.find(node.name);
    return found == found_.records.end() ? nullptr : &found->second;
  }

  const Evidence& found_;
  std::vector<std::string> broken_;
};

// One that could not be reached is given up without a word to it.
bool Look::has_failed(const NodeFound& node) const {
  const auto* record = record_of(node);
  return state_of(node) != State::finished && record != nullptr && record->state == "failed";
}

void Look::look_at_state(const NodeFound& node) {
  if (has_failed(node)) return;
  const auto state = plugins::provision::name_of(state_of(node));
  const auto* record = record_of(node);
  const auto said = record == nullptr ? "nothing" : record->state;
  if (state_of(node) != State::finished)
    return say(fmt::format("{} is stuck: it is {}, and its record says {}: {}", node.name, state,
                           said, record == nullptr ? "" : record->reason));
  if (said != state) say(fmt::format("{} is {}, and its record says {}", node.name, state, said));
  if (!node.is_online) say(node.name + " is in production and not online");
}

void Look::look_at_lease(const NodeFound& node) {
  if (state_of(node) != State::claimed) return;
  const auto over_ms = found_.now_ms - node.progress->lease_expires_at_ms;
  if (over_ms > std::chrono::milliseconds(kLeaseOverdue).count())
    say(fmt::format("{} was left by {} {} ms ago, and nobody took it over", node.name,
                    node.progress->owner, over_ms));
}

bool Look::is_owed(const CertificateFound& certificate) const {
  return std::any_of(found_.debts.begin(), found_.debts.end(), [&](const DebtFound& debt) {
    return debt.master == certificate.master && debt.certname == certificate.name &&
           (debt.serials.contains(certificate.serial) ||
            certificate.signed_at_ms < debt.issued_before_ms);
  });
}

void Look::look_at_certificates(const NodeFound& node) {
  bool has_its_own = false;
  std::vector<std::string> others;
  for (const auto& certificate : found_.certificates) {
    if (certificate.name != node.name) continue;
    if (certificate.key != node.key)
      say(fmt::format("{} did not make the key of certificate {} by {}", node.name,
                      certificate.serial, certificate.master));
    if (certificate.is_revoked) continue;
    const bool its_own = certificate.serial == node.certificate_serial;
    has_its_own = has_its_own || its_own;
    if (!its_own && !is_owed(certificate))
      others.push_back(fmt::format("{} by {}", certificate.serial, certificate.master));
  }
  const bool finished = state_of(node) == State::finished;
  if (finished && !has_its_own)
    say(fmt::format("{} is in production, and its certificate {} is revoked", node.name,
                    node.certificate_serial));
  // One that did not arrive may have been signed a certificate that it has not fetched.
  if (others.size() > (finished || has_its_own ? 0U : 1U))
    say(fmt::format("{} has valid certificates that nobody owes: {}", node.name,
                    fmt::join(others, ", ")));
}

std::set<std::string> Look::ids_about(const NodeFound& node, std::string_view subject) const {
  std::set<std::string> ids;
  for (const auto& notice : found_.notices)
    if (notice.subject == node.name + std::string(subject)) ids.insert(notice.id);
  return ids;
}

void Look::look_at_notices(const NodeFound& node) {
  const auto good = ids_about(node, kGoodSubject);
  const bool finished = state_of(node) == State::finished;
  if (good.size() != (finished ? 1U : 0U))
    say(fmt::format("{} is {}, and people are told under {} ids that it is in production: {}",
                    node.name, plugins::provision::name_of(state_of(node)), good.size(),
                    fmt::join(good, ", ")));
  if (has_failed(node) && ids_about(node, kBadSubject).empty())
    say(node.name + " has failed, and nobody is told");
}

}  // namespace

std::vector<std::string> unsettled(const Evidence& evidence) {
  return Look(evidence).unsettled();
}

std::vector<std::string> broken_promises(const Evidence& evidence) {
  return Look(evidence).all();
}

std::size_t count_of(const Evidence& evidence, State state) {
  return static_cast<std::size_t>(
      std::count_if(evidence.nodes.begin(), evidence.nodes.end(),
                    [&](const NodeFound& node) { return state_of(node) == state; }));
}

std::size_t told_by_several(const Evidence& evidence) {
  std::set<std::string> once;
  std::set<std::string> twice;
  for (const auto& notice : evidence.notices)
    if (!once.insert(notice.id).second) twice.insert(notice.id);
  return twice.size();
}

}  // namespace muster::chaos
