// What must hold of a name's certificates in the moment in which a CA signs one, not in the morning alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/sim/orchestrator/sim_orchestrator.hpp"
#include "tests/sim/puppet/puppet_ca.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it, and it the last signature. One at a time.
class CertificateWatch {
 public:
  CertificateWatch(const std::vector<std::unique_ptr<PuppetCa>>& cas,
                   const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators);
  ~CertificateWatch();
  CertificateWatch(const CertificateWatch&) = delete;
  CertificateWatch& operator=(const CertificateWatch&) = delete;

  // A line for each name that was given a certificate while another CA's was valid, and no orchestrator's disk said that it is to
  // be cleaned there. The first few tell the story.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void saw(const PuppetCa& signing, const std::string& name);
  bool is_owed(const PuppetCa& by, const std::string& name) const;

  const std::vector<std::unique_ptr<PuppetCa>>& cas_;
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators_;
  std::vector<std::string> complaints_;
};

}  // namespace muster::sim
