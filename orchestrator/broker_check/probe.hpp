// One client of a check, and what it heard. Internal to this library.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/broker_check/check.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::broker_check {

// For a message that should come; one that should not is shown to be missing by a later one that came.
inline constexpr std::chrono::seconds kProbePatience{10};

// Thread-safe but for listen() and deafen().
class Probe {
 public:
  // As a client of its own, unless `options` names a client id.
  static Result<std::unique_ptr<Probe>> open(transport::mqtt::Options options);

  Status listen(const std::string& filter);
  void deafen(const std::string& filter);
  // Until the broker has taken it, or has refused it: it does not say which.
  Status say(const std::string& topic, std::string payload, transport::PublishOptions options = {});
  // Queued only, for many at once; flush() waits for all of them.
  Status queue(const std::string& topic, std::string payload, transport::PublishOptions options);
  Status flush();
  // Waits for it.
  bool hears(const std::string& topic, std::string_view payload) const;
  bool has_heard(const std::string& topic, std::string_view payload) const;
  std::vector<transport::Message> heard() const;
  void forget();
  void leave() { bus_->disconnect(); }

 private:
  base::Guarded<std::vector<transport::Message>> heard_;
  mutable std::condition_variable came_;
  std::map<std::string, transport::Subscription> subscriptions_;  // by filter; one thread's
  std::unique_ptr<transport::Bus> bus_;  // the first to go: it still calls back until then
};

// Whether `from` reaches `to` on `topic`. `echoer` says something on `echo` afterwards that `to` must hear.
// An error: the echo did not come, so that nothing is known.
Result<bool> reaches(Probe& from, const std::string& topic, Probe& to, Probe& echoer,
                     const std::string& echo);

}  // namespace muster::broker_check
