#include "orchestrator/provision/our_turn.hpp"

#include <utility>

namespace muster::provision {

std::chrono::milliseconds turn_of(const std::string& as, const std::string& identity) {
  const auto within = static_cast<std::size_t>(kTurnsTake.count());
  return std::chrono::milliseconds(std::hash<std::string>()(as + "/" + identity) % within);
}

void OurTurn::wait(const std::string& identity, const std::string& what,
                   std::function<void()> speak) {
  Key key{identity, what};
  if (waiting_.insert(key).second) stories_.begin(until_it_comes(std::move(key), std::move(speak)));
}

loop::Task<Status> OurTurn::until_it_comes(Key key, std::function<void()> speak) {
  loop::Wait pause(waits_);
  const auto woken = co_await pause.until(turn_of(as_, key.first));
  waiting_.erase(key);
  if (woken != loop::Woken::stopped) speak();
  co_return Status{};
}

}  // namespace muster::provision
