#include "orchestrator/broker/capath_watch.hpp"

#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/transport/topics.hpp"

namespace muster::broker {

CapathWatch::CapathWatch(transport::Bus& bus, std::string collective, Verify verify, Capath capath)
    : bus_(bus),
      filter_(transport::topics::trusted_ca(collective, "+")),
      verify_(std::move(verify)),
      capath_(std::move(capath)) {}

CapathWatch::~CapathWatch() {
  heard_.end();  // no handler pushes any more
  queue_.close();
  if (worker_.joinable()) worker_.join();
}

Status CapathWatch::start() {
  worker_ = std::thread([this] { work(); });
  MUSTER_ASSIGN(
      heard_,
      bus_.subscribe(filter_, transport::Qos::at_least_once, [this](transport::Message message) {
        // Retained: what is dropped here comes again with the next connection.
        if (!queue_.try_push(std::move(message)))
          log::warning("too many CA endorsements at once; some wait for the next connection");
      }));
  return {};
}

void CapathWatch::work() {
  base::name_thread("capath watch");
  while (const auto message = queue_.pop()) take(*message);
}

void CapathWatch::take(const transport::Message& message) {
  // A cleared topic says nothing: anybody's last will could have done it, and it carries no
  // signature.
  if (message.payload.empty()) return;
  const auto endorsement = verify_(message.topic, message.payload);
  if (!endorsement)
    return log::warning("a CA endorsement is not believed",
                        {{"topic", message.topic}, {"reason", endorsement.error().message}});
  const auto known = believed_.find(endorsement->fingerprint());
  if (known != believed_.end() && !admission::replaces(*endorsement, known->second)) return;
  believed_.insert_or_assign(endorsement->fingerprint(), *endorsement);
  follow(*endorsement);
}

void CapathWatch::follow(const admission::Endorsement& endorsement) {
  const auto& ca = endorsement.certificate;
  const auto changed = endorsement.withdrawn ? capath_.remove(ca) : capath_.add(ca);
  if (!changed)
    return log::error("the broker's folder of CAs could not be changed",
                      {{"ca", ca.subject()}, {"reason", changed.error().message}});
  if (!*changed) return;
  if (endorsement.withdrawn)
    return log::info("nodes of a withdrawn CA may connect no more",
                     {{"ca", ca.subject()}, {"folder", capath_.folder().string()}});
  ++written_;
  log::info("nodes of a new CA may connect",
            {{"ca", ca.subject()}, {"folder", capath_.folder().string()}});
}

}  // namespace muster::broker
