#include "tests/swarm/floor/floor.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>

#include "tests/swarm/links/descriptors.hpp"
#include "tests/swarm/links/peak.hpp"
#include "tests/swarm/process_memory.hpp"

namespace muster::swarm {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::chrono::minutes kPatience{10};
constexpr std::chrono::milliseconds kAskEvery{1};

}  // namespace

Floor::Floor(FloorOptions options) : options_(std::move(options)) {
  talk_.reply = std::string(options_.reply_bytes, 'r');
}

std::string Floor::sized(const std::string& name) const {
  return fmt::format("floor_{}_{}", name, options_.nodes);
}

void Floor::figure(const std::string& name, double value, const std::string& unit) {
  figures_.push_back({sized(name), value, unit});
}

Result<std::vector<Figure>> Floor::measure() {
  MUSTER_TRY(prepare());
  MUSTER_TRY(connect());
  MUSTER_TRY(rounds());
  MUSTER_TRY(comeback());
  return figures_;
}

Status Floor::wait_for(const std::string& what, const std::function<bool()>& condition) {
  const auto deadline = clock_.steady() + kPatience;
  std::function<void()> ask = [&] {
    if (condition() || clock_.steady() > deadline) return loop_.stop();
    loop_.after(kAskEvery, ask);
  };
  ask();
  loop_.run();
  if (condition()) return {};
  return fail(Errc::timeout, fmt::format("{} did not come about in {} minutes; {} of {} links are "
                                         "up. The broker says:\n{}",
                                         what, kPatience.count(), links_->counts().up,
                                         options_.nodes, broker_->log()));
}

bool Floor::all_are_ready() const {
  return links_->counts().up == options_.nodes + 1 && caller_->ready() &&
         std::all_of(peers_.begin(), peers_.end(), [](const auto& peer) { return peer.ready(); });
}

Status Floor::prepare() {
  MUSTER_TRY(make_room_for(options_.nodes + 1));
  broker_ = std::make_unique<test::Mosquitto>(pki_, true, "127.0.0.1", options_.nodes);
  keys_ = std::make_unique<SwarmKeys>(pki_.puppet_ca());
  const auto began = clock_.steady();
  keys_->make(options_.nodes);
  figure("keys", Milliseconds(clock_.steady() - began).count(), "ms");
  LinksOptions links;
  links.ca_file = pki_.folder() / "root.pem";
  MUSTER_ASSIGN(links_, SwarmLinks::make(loop_, links));
  return {};
}

Status Floor::connect() {
  const auto own_before = resident_kib(::getpid());
  const auto broker_before = resident_kib(broker_->pid());
  const auto began = clock_.steady();
  caller_ = std::make_unique<BareCaller>(talk_);
  MUSTER_TRY(caller_->begin(
      *links_, {"alice", broker_->config().operators_port, &pki_.operator_(), "", "", {}, true}));
  for (std::size_t i = 0; i < options_.nodes; ++i) {
    auto& peer = peers_.emplace_back(talk_, name_of(i));
    MUSTER_TRY(peer.begin(
        *links_, {name_of(i), broker_->config().nodes_port, &(*keys_)[i], "", "", {}, true}));
  }
  MUSTER_TRY(wait_for("that all are connected and subscribed", [this] { return all_are_ready(); }));
  figure("connected", Milliseconds(clock_.steady() - began).count(), "ms");
  const auto nodes = static_cast<double>(options_.nodes);
  ::malloc_trim(0);
  figure("memory_a_link", (resident_kib(::getpid()) - own_before) / nodes, "KiB");
  figure("broker_memory_a_node", (resident_kib(broker_->pid()) - broker_before) / nodes, "KiB");
  return {};
}

Status Floor::rounds() {
  const std::string call(options_.call_bytes, 'c');
  std::vector<double> took;
  for (std::size_t round = 0; round < options_.rounds; ++round) {
    const auto began = clock_.steady();
    MUSTER_TRY(caller_->call(call));
    MUSTER_TRY(wait_for("that all answer", [this] { return caller_->answers() >= peers_.size(); }));
    took.push_back(Milliseconds(clock_.steady() - began).count());
  }
  std::sort(took.begin(), took.end());
  figure("round", took[took.size() / 2], "ms");
  figure("round_fastest", took.front(), "ms");
  figure("round_slowest", took.back(), "ms");
  return {};
}

Status Floor::comeback() {
  broker_->kill();
  MUSTER_TRY(
      wait_for("that all notice the broker's death", [this] { return links_->counts().up == 0; }));
  const auto before = links_->counts().accepted;
  std::vector<std::chrono::steady_clock::time_point> made;
  const auto began = clock_.steady();
  broker_->start();
  MUSTER_TRY(wait_for("that all are back", [&] {
    made.resize(links_->counts().accepted - before, clock_.steady());
    return all_are_ready();
  }));
  figure("back", Milliseconds(clock_.steady() - began).count(), "ms");
  figure("back_peak", static_cast<double>(most_in_a_second(made)), "connects/s");
  MUSTER_TRY(caller_->call("back"));
  return wait_for("that all answer after the broker's death",
                  [this] { return caller_->answers() >= peers_.size(); });
}

}  // namespace muster::swarm
