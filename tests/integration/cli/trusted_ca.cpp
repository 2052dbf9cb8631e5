#include "tests/integration/cli/trusted_ca.hpp"

#include <stdexcept>
#include <vector>

#include "orchestrator/broker/broker_folder.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/files.hpp"

namespace muster::test {

std::unique_ptr<Daemon> start_broker_watch(const Installation& installation) {
  return std::make_unique<Daemon>(
      std::vector<std::string>{MUSTER_PROGRAM, "--config", installation.in_operator("watcher.yaml"),
                               "broker", "watch", "--dir", installation.file("broker")},
      installation.file("broker-watch.log"));
}

std::unique_ptr<Daemon> trust_ca(const Installation& installation, const TestCa& ca,
                                 const std::string& names, const std::string& master) {
  auto watch = start_broker_watch(installation);
  // The CA has no master on the bus that would bring the list.
  installation.folder().write("broker/revoked/local/fleet.pem", ca.crl().pem());
  const auto file = installation.folder().write("ca.pem", ca.certificate().pem());
  std::vector<std::string> words{"trust", "add", file, "--names", names};
  if (!master.empty()) words.insert(words.end(), {"--master", master});
  const auto asked = installation.start_orchestrator();
  if (const auto trusted = installation.muster(words); trusted.exit_code != 0)
    throw std::runtime_error(trusted.err + asked->output());
  const broker::BrokerFolder its{installation.file("broker")};
  const auto has_list = [&] {
    const auto lists = base::read_file(its.node_crls(), broker::kCrlFileMaxBytes);
    return lists && x509::CaCrl::from_pem(*lists, ca.certificate());
  };
  if (!fakes::wait_until(
          [&] { return !std::filesystem::is_empty(installation.capath()) && has_list(); }))
    throw std::runtime_error("the broker does not learn of the CA: " + watch->output());
  return watch;
}

}  // namespace muster::test
