#include "tests/sim/faults/certificate_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::sim {
namespace {

constexpr std::size_t kComplaintsMost = 10;

}  // namespace

CertificateWatch::CertificateWatch(
    const std::vector<std::unique_ptr<PuppetCa>>& cas,
    const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators)
    : cas_(cas), orchestrators_(orchestrators) {
  for (const auto& ca : cas_)
    ca->on_signed(this, [this, &signing = *ca](const std::string& name) { saw(signing, name); });
}

CertificateWatch::~CertificateWatch() {
  for (const auto& ca : cas_) ca->on_signed(this, {});
}

bool CertificateWatch::is_owed(const PuppetCa& by, const std::string& name) const {
  return std::any_of(orchestrators_.begin(), orchestrators_.end(), [&](const auto& one) {
    return one->disk().debts.contains({by.name(), name});
  });
}

void CertificateWatch::saw(const PuppetCa& signing, const std::string& name) {
  for (const auto& other : cas_) {
    const bool is_valid_there = other.get() != &signing && !other->signed_fingerprint(name).empty();
    if (!is_valid_there || is_owed(*other, name) || complaints_.size() >= kComplaintsMost) continue;
    complaints_.push_back(fmt::format(
        "{} signs {}, and {} has a valid certificate of that name that nobody owes to clean",
        signing.name(), name, other->name()));
  }
}

}  // namespace muster::sim
