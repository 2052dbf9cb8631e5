#include "node-agent/dispatch/unadmitted.hpp"

#include <mutex>
#include <set>
#include <string>

#include "proto/base/log.hpp"
#include "proto/messages/request.hpp"

namespace muster::agent {
namespace {

constexpr base::Throttle::Rate kLogged{
    .burst = 1, .every = std::chrono::milliseconds(60'000), .names_max = 1'024};

std::string key_of(const messages::Request& request) {
  return request.caller + "/" + request::id_kept(request);
}

}  // namespace

struct Unadmitted::Judging {
  std::mutex mutex;
  std::multiset<std::string> requests;  // "caller/id"
};

Unadmitted::Unadmitted(const base::Clock& clock)
    : refusals_(clock, kRefusalAnswers),
      mismatches_(clock, kMismatchAnswers),
      log_(clock, kLogged),
      judging_(std::make_shared<Judging>()) {}

bool Unadmitted::knows(const messages::Request& request) const {
  const std::lock_guard lock(judging_->mutex);
  return judging_->requests.contains(key_of(request)) || answered_.knows(request);
}

std::shared_ptr<const void> Unadmitted::judging(const messages::Request& request) {
  auto key = std::make_unique<std::string>(key_of(request));
  {
    const std::lock_guard lock(judging_->mutex);
    judging_->requests.insert(*key);
  }
  return {key.release(), [all = judging_](const std::string* done) {
            const std::unique_ptr<const std::string> owned(done);
            const std::lock_guard lock(all->mutex);
            all->requests.erase(all->requests.find(*owned));
          }};
}

void Unadmitted::remember(const messages::Request& request) {
  answered_.keep(request);
}

bool Unadmitted::answer(const messages::Request& request, base::Throttle& rate) {
  if (!rate.pass(request.caller)) {
    if (log_.pass(request.caller))
      log::warning(
          "a caller sends more requests that are not carried out than are answered",
          {{"caller", request.caller}, {"agent", request.agent}, {"action", request.action}});
    return false;
  }
  answered_.keep(request);
  return true;
}

bool Unadmitted::answer_refusal(const messages::Request& request) {
  return answer(request, refusals_);
}

bool Unadmitted::answer_mismatch(const messages::Request& request) {
  return answer(request, mismatches_);
}

}  // namespace muster::agent
