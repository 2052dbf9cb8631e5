// A link of the real client code in a simulation: Fleet, Records and Caller run on it as on a program's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/client/link_core.hpp"
#include "tests/sim/client/sim_bus.hpp"

namespace muster::sim {

// On the loop's thread. All that is to be known of trust is known from the start: the site's roots and the Puppet CAs that it is
// given; nobody is banned or revoked. What it is given must outlive it.
class SimClientLink final : public client::LinkCore {
 public:
  // `holder`: its key with a certificate in `name`. `on_link` hears of the bus after the link itself; it may be empty.
  SimClientLink(Surroundings& around, const Site& site, const std::string& name,
                const Holder& holder, const std::vector<x509::Certificate>& cas,
                transport::Bus::LinkHandler on_link);
  ~SimClientLink() override;

  SimBus& sim_bus() { return sim_bus_; }
  const SimBus& sim_bus() const { return sim_bus_; }

  const security::Sealer& sealer() const override { return *sealer_; }
  security::Trust& operators() override { return *operators_; }
  security::Trust& nodes() override { return *nodes_; }
  Status may_speak(const security::Opened&) override { return {}; }
  std::string ca_of(const security::Opened& opened) override { return opened.issuer; }
  std::optional<client::Ban> banned(std::string_view) const override { return std::nullopt; }
  void note_refused(const std::string&, const Error&) override {}
  bool is_revoked(const std::string&) const override { return false; }
  void bind(const std::string&, const std::string&) override {}
  using LinkCore::wait_trust;
  // There is no more to be learnt: what does not verify now will not.
  Status wait_trust(std::chrono::milliseconds patience) override;
  void catch_up() override {}

 private:
  SimBus& sim_bus_;
  const std::shared_ptr<const security::Sealer> sealer_;
  const std::unique_ptr<Anchors> operators_;
  const std::unique_ptr<Anchors> nodes_;
};

}  // namespace muster::sim
