#include "tests/integration/cli/steady_caller.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/settings/settings.hpp"

namespace muster::test {
namespace {

std::chrono::milliseconds since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               then);
}

struct Standing {
  std::unique_ptr<client::Link> link;
  std::unique_ptr<client::Caller> caller;
};

}  // namespace

SteadyCaller::SteadyCaller(Call call) : call_(std::move(call)), thread_([this] { work(); }) {}

SteadyCaller::~SteadyCaller() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  thread_.join();
}

void SteadyCaller::work() {
  for (;;) {
    const auto began = std::chrono::steady_clock::now();
    std::string problem;
    try {
      problem = call_();
    } catch (const std::exception& error) {
      problem = error.what();
    }
    note(problem, since(began));
    const std::lock_guard lock(mutex_);
    if (stop_) return;
  }
}

void SteadyCaller::note(const std::string& problem, std::chrono::milliseconds took) {
  const std::lock_guard lock(mutex_);
  ++total_;
  ++calls_.count;
  calls_.longest = std::max(calls_.longest, took);
  if (!problem.empty())
    calls_.lost.push_back(fmt::format("at {} ms: {}", since(taken_at_).count(), problem));
  ended_.notify_all();
}

SteadyCaller::Calls SteadyCaller::take() {
  std::unique_lock lock(mutex_);
  const auto enough = total_ + 3;  // the one under way began earlier
  if (!ended_.wait_for(lock, 3 * kRunLimit, [&] { return total_ >= enough; }))
    calls_.lost.emplace_back("the caller stands still");
  taken_at_ = std::chrono::steady_clock::now();
  return std::exchange(calls_, {});
}

SteadyCaller::Call command_line(const Fleet& fleet, std::filesystem::path config,
                                std::chrono::seconds patience) {
  return [&fleet, config = std::move(config), patience]() -> std::string {
    const auto done = fleet.muster_with(config, {"rpc", "rpcutil", "ping", "--json", "--timeout",
                                                 std::to_string(patience.count())});
    const auto told = Value::parse(done.out, nullptr, false);
    if (done.exit_code == 0 && !told.is_discarded() &&
        told.at("request_stats").at("ok") == fleet.identities().size())
      return "";
    return fmt::format("exit code {}: {}{}", done.exit_code, done.err, done.out);
  };
}

SteadyCaller::Call standing_link(const Fleet& fleet, const std::filesystem::path& config,
                                 std::chrono::seconds patience) {
  const auto settings = settings::load(config);
  if (!settings) throw std::runtime_error(settings.error().message);
  const auto standing = std::make_shared<Standing>();
  auto link = client::Link::open(*settings);
  if (!link) throw std::runtime_error(link.error().message);
  standing->link = *std::move(link);
  if (auto trust = standing->link->wait_trust(); !trust)
    throw std::runtime_error(trust.error().message);
  auto caller = client::Caller::start(*standing->link);
  if (!caller) throw std::runtime_error(caller.error().message);
  standing->caller = *std::move(caller);
  client::Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  call.targets = fleet.identities();
  call.timeout = patience;
  return [standing, call]() -> std::string {
    const auto result = standing->caller->call(call);
    if (!result) return result.error().message;
    if (result->all_ok()) return "";
    return fmt::format("over a standing connection, silent: {}; {} unverified: {}; {}",
                       fmt::join(result->silent(), " "), result->unverified,
                       result->last_unverified, result->send_error);
  };
}

std::ostream& operator<<(std::ostream& out, const SteadyCaller::Calls& calls) {
  out << calls.count << " calls, the longest " << calls.longest.count() << " ms, lost "
      << calls.lost.size();
  for (const auto& why : calls.lost) out << "\n" << why;
  return out;
}

}  // namespace muster::test
