#include "tests/bench/intake/intake_bench.hpp"

#include <fmt/format.h>
#include <chrono>
#include <future>
#include <memory>
#include <optional>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/request.hpp"
#include "tests/bench/intake/peer.hpp"
#include "tests/bench/intake/stopwatch.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::bench {
namespace {

constexpr std::chrono::minutes kPatience{2};
constexpr std::size_t kFloorChecks = 500;

const base::Clock& system_clock() {
  static const base::SystemClock clock;
  return clock;
}

class Bench {
 public:
  explicit Bench(const IntakeOptions& options) : options_(options), bus_(broker_.connect("nodes")) {
    for (std::size_t i = 0; i < options.nodes; ++i) {
      auto identity = fmt::format("node{:05}.bench.example", i);
      auto holder = pki_.puppet_ca().issue_node(identity);
      names_.push_back(identity);
      peers_.emplace_back(std::move(identity), std::move(holder));
    }
  }

  Result<std::vector<Figure>> run() {
    floor();
    std::vector<Took> first;
    std::vector<Took> again;
    std::vector<Took> replies;
    MUSTER_TRY(publish(presences()));
    for (std::size_t round = 0; round < options_.rounds; ++round) {
      const auto link = operators_link();
      MUSTER_ASSIGN(const auto of_strangers, list(*link));
      first.push_back(of_strangers);
      MUSTER_ASSIGN(const auto of_known, list(*link));
      again.push_back(of_known);
      MUSTER_ASSIGN(const auto of_replies, ping(*link));
      replies.push_back(of_replies);
    }
    figure("presence_of_strangers", median(first));
    figure("presence_of_known", median(again));
    figure("replies_of_known", median(replies));
    return std::move(figures_);
  }

 private:
  // What no client can go below: one signature check a message, on one core.
  void floor() {
    const auto& peer = peers_.front();
    const auto key = peer.signer().key();
    const std::string bytes(500, 'x');
    const auto signature = key.sign(bytes).value();
    const Stopwatch watch;
    for (std::size_t i = 0; i < kFloorChecks; ++i) static_cast<void>(key.verify(bytes, signature));
    figures_.push_back({"intake_floor_cpu_a_signature",
                        watch.took().cpu_us / static_cast<double>(kFloorChecks), "us"});
  }

  std::unique_ptr<client::Link> operators_link() {
    auto link = std::make_unique<client::Link>(broker_.connect("alice"), pki_.operator_().signer(),
                                               kCollective, system_clock());
    pki_.trust(link->operators());
    static_cast<void>(link->nodes().add(pki_.puppet_ca().certificate()));
    return link;
  }

  std::vector<transport::Message> presences() const {
    std::vector<transport::Message> all;
    for (const auto& peer : peers_) all.push_back(peer.presence());
    return all;
  }

  Status publish(const std::vector<transport::Message>& messages) {
    for (const auto& message : messages)
      MUSTER_TRY(bus_->publish(message.topic, message.payload, {.retain = message.retained}));
    return {};
  }

  Result<Took> list(client::Link& link) {
    const Stopwatch watch;
    MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
    MUSTER_TRY(fleet->wait_complete(kPatience));
    const auto took = watch.took();
    if (fleet->size() == peers_.size()) return took;
    return fail(Errc::unknown, fmt::format("{} of {} nodes were believed: {}", fleet->size(),
                                           peers_.size(), fleet->last_refusal()));
  }

  Result<Took> ping(client::Link& link) {
    std::promise<std::string> heard;
    MUSTER_ASSIGN(const auto listening,
                  bus_->subscribe("muster/v1/main/req/agent/+/+", transport::Qos::at_most_once,
                                  [&](const transport::Message& message) {
                                    heard.set_value(message.payload);
                                  }));
    MUSTER_ASSIGN(const auto caller, client::Caller::start(link));
    client::Call call;
    call.agent = "rpcutil";
    call.action = "ping";
    call.timeout = kPatience;
    MUSTER_ASSIGN(const auto pending, caller->begin(call));
    pending->expect(names_);
    pending->all_expected();
    MUSTER_ASSIGN(const auto sealed, envelope::decode(heard.get_future().get()));
    MUSTER_ASSIGN(const auto request, messages::Request::decode(sealed.body));
    std::vector<transport::Message> replies;
    for (const auto& peer : peers_) replies.push_back(peer.reply_to(request));
    const Stopwatch watch;
    MUSTER_TRY(publish(replies));
    const auto result = pending->wait();
    if (result.all_ok()) return watch.took();
    return fail(Errc::timeout, fmt::format("{} nodes did not answer: {}", result.silent().size(),
                                           result.last_unverified));
  }

  void figure(const std::string& name, Took took) {
    const auto nodes = peers_.size();
    figures_.push_back({fmt::format("intake_{}_{}", name, nodes), took.ms, "ms"});
    figures_.push_back({fmt::format("intake_{}_cpu_a_node_{}", name, nodes),
                        took.cpu_us / static_cast<double>(nodes), "us"});
  }

  const IntakeOptions options_;
  const test::TestPki pki_;
  test::MemoryBroker broker_;
  const std::unique_ptr<transport::Bus> bus_;
  std::vector<Peer> peers_;
  std::vector<std::string> names_;
  std::vector<Figure> figures_;
};

}  // namespace

Result<std::vector<Figure>> measure_intake(const IntakeOptions& options) {
  return Bench(options).run();
}

}  // namespace muster::bench
