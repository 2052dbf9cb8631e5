#include "orchestrator/provision/admittance.hpp"

#include <utility>

namespace muster::provision {

loop::Task<Status> Admittance::prepare(AnnouncedPtr announced, admission::Verdict verdict) {
  const auto& applicant = announced->applicant;
  if (verdict.counts) {
    auto counting = ledger_.use(applicant.token, user_of(applicant), verdict.further);
    if (auto used = co_await counting; !used) co_return used;
  }
  // Once more: writing down a use takes its time.
  if (auto why = inquiry_.is_out(*announced)) co_return fail(Errc::refused, *std::move(why));
  if (!applicant.master()) co_return Status{};
  auto endorsing = zone_.endorse(applicant);
  co_return co_await endorsing;
}

}  // namespace muster::provision
