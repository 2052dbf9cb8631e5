#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {
namespace {

constexpr auto kNodeRole = "node";
constexpr auto kAllTopics = "muster/v1/#";

class NodeChecks {
 public:
  NodeChecks(const Plan& plan, const Clients& clients, Findings& findings)
      : plan_(plan), node_(*clients.node), operator_(*clients.operator_), findings_(findings) {}

  void run(Probe* orchestrator) {
    if (!node_.listen(kAllTopics) || !operator_.listen(own("#")) ||
        !operator_.listen(topic_of(plan_, "trust/muster-check")))
      return findings_.broken(kNodeRole, "subscribes", "the broker refused it");
    hears(operator_, asked("req/agent/muster-check"), true, "hears requests to all");
    hears(operator_, asked("req/node/muster-check"), false, "hears no requests to others");
    if (orchestrator != nullptr)
      hears(*orchestrator, "trust/muster-check", false, "hears no trust");
    says(node_, own("check/" + plan_.node->name), true, "answers under its own name");
    says(node_, own("check/muster-check"), false, "answers under no other name");
    says(node_, topic_of(plan_, "trust/muster-check"), false, "writes no trust");
    judge(reaches(node_, request(), node_, operator_, request()), false, "sends no requests");
    at_the_masters_door();
    operator_.deafen(own("#"));
  }

 private:
  std::string own(const std::string& rest) const {
    return own_topic(plan_, *plan_.operator_, rest);
  }
  // The one topic that a node reads and nothing comes of.
  std::string request() const { return topic_of(plan_, asked("req/agent/muster-check")); }
  // A request's topic ends with its caller's name.
  std::string asked(const std::string& topic) const { return topic + "/" + plan_.operator_->name; }
  void judge(const Result<bool>& arrived, bool wanted, const std::string& claim) {
    if (!arrived) return findings_.untried(kNodeRole, claim, arrived.error().message);
    findings_.judge(*arrived == wanted, kNodeRole, claim,
                    wanted ? "the message did not arrive" : "the message arrived");
  }
  void hears(Probe& from, const std::string& topic, bool wanted, const std::string& claim) {
    judge(reaches(from, topic_of(plan_, topic), node_, operator_, request()), wanted, claim);
  }
  void says(Probe& from, const std::string& topic, bool wanted, const std::string& claim) {
    judge(reaches(from, topic, operator_, operator_, own("check/echo")), wanted, claim);
  }
  // Where no revocation list is looked at.
  void at_the_masters_door() {
    const std::string claim = "reaches nothing at the masters' listener but its own list";
    if (plan_.listeners.masters.empty())
      return findings_.untried(kNodeRole, claim, "the listener's address is not known");
    auto options = plan_.node->options;
    options.brokers = {plan_.listeners.masters};
    options.client_id.clear();
    const auto probe = Probe::open(std::move(options));
    if (!probe) return findings_.untried(kNodeRole, claim, probe.error().message);
    says(**probe, own("check/" + plan_.node->name), false, claim);
    (*probe)->leave();
  }

  const Plan& plan_;
  Probe& node_;
  Probe& operator_;
  Findings& findings_;
};

}  // namespace

void check_node(const Plan& plan, const Clients& clients, Findings& findings) {
  if (clients.node == nullptr) return;
  if (clients.operator_ == nullptr)
    return findings.untried(kNodeRole, "reaches its own topics alone",
                            "needs an operator beside it");
  NodeChecks(plan, clients, findings).run(clients.orchestrator);
}

}  // namespace muster::broker_check
