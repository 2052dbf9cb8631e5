// A program of a person or an orchestrator on the bus of a simulation: its link, its name, whom it believes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/broker/sim_link.hpp"
#include "tests/sim/surroundings/surroundings.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class BusMember {
 public:
  using Handler = std::function<void(const transport::Message&)>;

  // What the broker publishes when its link breaks, by how it signs; nothing: nothing.
  using MakeWill = std::function<std::optional<Will>(const security::Sealer& sealer)>;

  // `holder`: its key with a certificate in `name`. `cas`: the Puppet CAs that it believes. `timers`: time as the program has it.
  BusMember(Surroundings& around, const Site& site, std::string name, const Holder& holder,
            const std::vector<x509::Certificate>& cas, loop::Timers& timers,
            const MakeWill& will = {});

  // Before open(). No two filters may match one topic.
  void listen(std::string filter, Handler handler);
  struct Gaps {
    std::function<void()> begin;  // the link was lost: of what is retained, changes will be missed
    std::function<void()> linked =
        {};                     // there is another, on which nothing was heard yet; may be empty
    std::function<void()> end;  // all that is retained has been heard on it
  };
  // Before open().
  void on_gap(Gaps gaps) { gaps_.push_back(std::move(gaps)); }
  // After open(): one filter more, from now on and with each later link.
  void listen_more(std::string filter, Handler handler);
  // Connects; `ready` once all that is retained has been heard. Once.
  void open(std::function<void()> ready);

  Status publish(const std::string& topic, std::string payload,
                 const transport::PublishOptions& options);
  Status publish_sealed(envelope::Kind kind, std::string body, const std::string& topic,
                        const transport::PublishOptions& options);

  const std::string& name() const { return name_; }
  const std::string& session() const { return session_; }
  const Site& site() const { return site_; }
  Surroundings& around() { return around_; }
  const base::Clock& clock() const { return timers_.clock(); }
  loop::Timers& timers() const { return timers_; }
  const security::Sealer& sealer() const { return *sealer_; }
  const x509::Certificate& certificate() const { return certificate_; }
  const Anchors& operators() const { return *operators_; }
  const security::Trust& nodes() const { return *nodes_; }
  SimLink& link() { return link_; }

  struct Heard {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;  // payloads
  };
  const Heard& heard() const { return heard_; }

 private:
  void on_state(transport::LinkState state);
  void on_subscribed();
  void on_message(const transport::Message& message);

  Surroundings& around_;
  const Site& site_;
  loop::Timers& timers_;
  const std::string name_;
  const std::string session_;
  const x509::Certificate certificate_;
  const std::shared_ptr<const security::Sealer> sealer_;
  const std::unique_ptr<Anchors> operators_;
  const std::unique_ptr<Anchors> nodes_;
  std::vector<std::pair<std::string, Handler>> handlers_;  // by filter
  std::vector<Gaps> gaps_;
  std::function<void()> ready_;
  Heard heard_;
  SimLink link_;
};

}  // namespace muster::sim
