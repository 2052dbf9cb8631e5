#include "proto/loop/bells.hpp"

#include <utility>

namespace muster::loop {

// Who waits, for as long as its frame lives.
struct Bells::Place {
  Place(Bells& its_bells, const std::string& its_name, Wait& its_wait)
      : bells(its_bells), name(its_name), number(++its_bells.last_) {
    bells.waiting_[name].emplace(number, &its_wait);
  }
  ~Place() {
    const auto at = bells.waiting_.find(name);
    if (at == bells.waiting_.end()) return;
    at->second.erase(number);
    if (at->second.empty()) bells.waiting_.erase(at);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Bells& bells;
  const std::string& name;
  const std::uint64_t number;
};

void Bells::ring(const std::string& name) {
  const auto at = waiting_.find(name);
  if (at == waiting_.end()) return;
  const auto told = std::move(at->second);
  waiting_.erase(at);
  for (const auto& [number, wait] : told) wait->tell();
}

Task<Woken> Bells::heard(std::string name, std::chrono::milliseconds patience) {
  Wait wait(waits_);
  const Place place(*this, name, wait);
  co_return co_await wait.until(patience);
}

}  // namespace muster::loop
