#include "node-agent/dispatch/unadmitted.hpp"

#include <set>
#include <string>

#include "proto/base/guarded.hpp"
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
  base::Guarded<std::multiset<std::string>> requests;  // "caller/id"
};

Unadmitted::Unadmitted(const base::Clock& clock)
    : refusals_(clock, kRefusalAnswers),
      mismatches_(clock, kMismatchAnswers),
      log_(clock, kLogged),
      judging_(std::make_shared<Judging>()) {}

bool Unadmitted::knows(const messages::Request& request) const {
  const base::Locked requests(judging_->requests);
  return requests->contains(key_of(request)) || answered_.knows(request);
}

std::shared_ptr<const void> Unadmitted::judging(const messages::Request& request) {
  auto key = std::make_unique<std::string>(key_of(request));
  base::Locked(judging_->requests)->insert(*key);
  return {key.release(), [all = judging_](const std::string* done) {
            const std::unique_ptr<const std::string> owned(done);
            const base::Locked requests(all->requests);
            requests->erase(requests->find(*owned));
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
