#include "orchestrator/provision/admittance.hpp"

#include <utility>

namespace muster::provision {

loop::Task<Status> Admittance::count(AnnouncedPtr announced, bool further) {
  const auto& applicant = announced->applicant;
  auto counting = ledger_.use(applicant.token, user_of(applicant), further);
  co_return co_await counting;
}

loop::Task<Status> Admittance::prepare(AnnouncedPtr announced) {
  const auto& applicant = announced->applicant;
  if (auto why = inquiry_.is_out(*announced)) co_return fail(Errc::refused, *std::move(why));
  if (!applicant.master()) co_return Status{};
  auto endorsing = zone_.endorse(applicant);
  co_return co_await endorsing;
}

}  // namespace muster::provision
