#include "tests/sim/faults/put_back_watch.hpp"

#include <fmt/format.h>

#include "orchestrator/provision/lost_records.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {
namespace {

// Orchestrators look around each five seconds.
constexpr std::chrono::seconds kPutBackWithin{9};
static_assert(kPutBackWithin < provision::kLostAfter);

}  // namespace

void PutBackWatch::about_to_lose() {
  auto topics =
      around_.broker.retained_topics(transport::topics::provision_record(site_.collective, "+"));
  around_.loop.after(kPutBackWithin, [this, topics = std::move(topics), then = disturbances_] {
    if (then == disturbances_) look(topics);
  });
}

void PutBackWatch::look(const std::vector<std::string>& topics) {
  for (const auto& topic : topics)
    if (!around_.broker.retained(topic))
      complaints_.push_back(
          fmt::format("the record of {}, which the broker lost, is not there again",
                      transport::topics::last_level(topic)));
}

}  // namespace muster::sim
