#include "node-agent/daemon/request_queue.hpp"

#include <string>
#include <utility>

namespace muster::agent {
namespace {

constexpr const char* kUnnamedSenders = "(the join zone)";

}  // namespace

// Without verifying them nobody knows whom to tell "busy"; the callers see a silent node, log and
// audit say why. On the loop: the audit waits for the disk.
RequestQueue::RequestQueue(loop::Poster& loop, GateStatistics& statistics, audit::AuditLog& audit,
                           std::function<void(Entry)> take)
    : statistics_(statistics),
      poster_(std::make_shared<loop::ClosablePoster>(loop)),
      turns_(std::make_shared<Turns>(
          poster_, "requests", kRequestQueue,
          [take = std::move(take)](Entry entry, const Turns::Done& done) {
            take(std::move(entry));
            done();
          },
          [&audit](std::uint64_t lost) {
            for (; lost > 0; --lost)
              audit.flood(audit::Verdict::busy, "requests come faster than they can be verified");
          })) {}

RequestQueue::~RequestQueue() {
  turns_->close();
  poster_->close();
}

void RequestQueue::push(Entry entry) {
  const auto line =
      entry.incoming.sender.empty() ? std::string(kUnnamedSenders) : entry.incoming.sender;
  const auto bytes = entry.incoming.payload.size();
  statistics_.busy += turns_->push(line, std::move(entry), bytes);
}

}  // namespace muster::agent
