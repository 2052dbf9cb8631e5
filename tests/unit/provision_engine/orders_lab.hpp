// Nodes of which an operator orders something by name.
#pragma once

#include "orchestrator/provision/orders.hpp"
#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {

class OrdersLab : public ProvisionerTest {
 protected:
  Orders::Outcome retry(const std::string& identity) { return order(Order::retry, identity); }
  Orders::Outcome cancel(const std::string& identity) { return order(Order::cancel, identity); }
  void fails_for_good() {
    world_.fails("provision#run", Errc::aborted, "no puppet");
    provisioner_.joined(joiner("web1"));
    advance(std::chrono::hours(5));
    ASSERT_EQ(state("web1"), "failed");
    world_.on("provision#run", [](const Value&) { return Value{{"job", "j"}}; });
    node_did("enter-collective", "m-us");
    (*world_.claimed)["fence"] = 99;
  }
  void is_under_way() {
    runs_go_on();
    provisioner_.joined(joiner("web1"));
    advance(std::chrono::seconds(20));
    ASSERT_EQ(state("web1"), "running");
  }
  std::size_t releases() const { return world_.count("web1 joining provision#release"); }
};

}  // namespace muster::provision
