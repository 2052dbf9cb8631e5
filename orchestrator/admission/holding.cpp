#include "orchestrator/admission/holding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::admission {
namespace {

// A CA was chosen for it, and may have signed.
bool record_tells_of_certificate(const NameRecord& record) {
  if (record.state == "finished") return true;
  const bool under_way = record.state == "running" || record.state == "waiting" ||
                         record.state == "failed" || record.state == "cancelled";
  return under_way && !record.master.empty();
}

template <class Is>
const CaAnswer* answer_where(const Case& it, Is is) {
  if (!it.name.answers) return nullptr;
  const auto& answers = *it.name.answers;
  const auto found = std::find_if(answers.begin(), answers.end(), is);
  return found == answers.end() ? nullptr : &*found;
}

// What a master itself says about its name is its CA; so only another CA's certificate is in the way.
Holding holding_of_master(const Case& it) {
  const auto own_ca = it.applicant.ca->certificate.fingerprint();
  if (it.name.member && it.name.member->ca_fingerprint != own_ca)
    return {Holding::State::held, "a member that is online with a certificate of another CA"};
  if (it.name.record && record_tells_of_certificate(*it.name.record) &&
      it.name.record->master != it.applicant.identity)
    return {Holding::State::held,
            fmt::format("the node that was provisioned with master {}", it.name.record->master)};
  return {};
}

}  // namespace

Holding holding_of(const Case& it) {
  if (it.applicant.master()) return holding_of_master(it);
  if (!it.name.answers) return {Holding::State::unknown, ""};
  if (const auto* holder = answer_where(it, [](const CaAnswer& a) { return a.has_certificate; }))
    return {Holding::State::held, fmt::format("a valid certificate of master {}", holder->master)};
  if (const auto& member = it.name.member) {
    const auto* its_ca = answer_where(
        it, [&](const CaAnswer& a) { return a.ca_fingerprint == member->ca_fingerprint; });
    if (its_ca == nullptr)
      return {Holding::State::held, "a member that is online with a valid certificate"};
  }
  if (const auto& first = it.name.on_its_way;
      first && first->key_fingerprint != it.applicant.key_fingerprint)
    return {Holding::State::held,
            fmt::format("the machine at {}, which is on its way under it",
                        first->address.empty() ? "an unknown address" : first->address)};
  const auto& record = it.name.record;
  if (!record || !record_tells_of_certificate(*record)) return {};
  if (answer_where(it, [&](const CaAnswer& a) { return a.master == record->master; }) != nullptr)
    return {};
  return {Holding::State::held,
          fmt::format("the node that was provisioned with master {}, which does not answer",
                      record->master)};
}

}  // namespace muster::admission
