#include "orchestrator/cli/puppet/rolling_run.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "orchestrator/cli/puppet/one_run.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::cli::puppet {

std::string_view name_of(RunEnd::State state) {
  using State = RunEnd::State;
  switch (state) {
    case State::changed:
      return "changed";
    case State::unchanged:
      return "unchanged";
    case State::failed:
      return "failed";
    case State::not_started:
      return "not started";
    case State::silent:
      break;
  }
  return "silent";
}

std::vector<RunEnd> run_everywhere(client::Caller& caller,
                                   const std::vector<std::string>& identities,
                                   const RollingRun& run,
                                   const std::function<void(const RunEnd&)>& on_end) {
  base::Guarded<std::vector<RunEnd>> ended;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next++; i < identities.size(); i = next++) {
      auto end = run_once(caller, identities[i], run);
      const base::Locked ends(ended);  // for one at a time
      on_end(end);
      ends->push_back(std::move(end));
    }
  };
  std::vector<std::thread> threads;
  const auto count = std::min({run.concurrency, identities.size(), kConcurrencyMost});
  for (std::size_t i = 0; i < count; ++i)
    threads.emplace_back([&work] {
      base::name_thread("puppet run");
      work();
    });
  for (auto& thread : threads) thread.join();
  auto ends = ended.with_lock([](auto& all) { return std::move(all); });
  std::sort(ends.begin(), ends.end(),
            [](const auto& a, const auto& b) { return a.identity < b.identity; });
  return ends;
}

}  // namespace muster::cli::puppet
