#include "node-agent/dispatch/unadmitted.hpp"

#include <algorithm>

#include "proto/base/log.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/replay_window.hpp"

namespace muster::agent {
namespace {

constexpr base::Throttle::Rate kLogged{
    .burst = 1, .every = std::chrono::milliseconds(60'000), .names_max = 1'024};
constexpr std::size_t kCallersKeptMax = 1'024;

// One that is too long is refused as such, whatever follows; as much as tells it from good ones is kept.
std::string id_of(const messages::Request& request) {
  return request.id.substr(0, security::kRequestIdMaxBytes + 1);
}

std::string key_of(const messages::Request& request) {
  return request.caller + "/" + id_of(request);
}

}  // namespace

struct Unadmitted::Ids {
  std::mutex mutex;
  std::multiset<std::string> judging;                       // "caller/id"
  std::map<std::string, std::deque<std::string>> answered;  // by caller, the latest last

  void keep(const messages::Request& request) {
    const std::lock_guard lock(mutex);
    if (answered.size() >= kCallersKeptMax && !answered.contains(request.caller))
      answered.erase(answered.begin());
    auto& ids = answered[request.caller];
    if (ids.size() >= kAnsweredKeptMax) ids.pop_front();
    ids.push_back(id_of(request));
  }
};

Unadmitted::Unadmitted(const base::Clock& clock)
    : refusals_(clock, kRefusalAnswers),
      mismatches_(clock, kMismatchAnswers),
      log_(clock, kLogged),
      ids_(std::make_shared<Ids>()) {}

bool Unadmitted::knows(const messages::Request& request) const {
  const std::lock_guard lock(ids_->mutex);
  if (ids_->judging.contains(key_of(request))) return true;
  const auto found = ids_->answered.find(request.caller);
  return found != ids_->answered.end() && std::find(found->second.begin(), found->second.end(),
                                                    id_of(request)) != found->second.end();
}

std::shared_ptr<const void> Unadmitted::judging(const messages::Request& request) {
  auto key = std::make_unique<std::string>(key_of(request));
  {
    const std::lock_guard lock(ids_->mutex);
    ids_->judging.insert(*key);
  }
  return {key.release(), [ids = ids_](const std::string* done) {
            const std::unique_ptr<const std::string> owned(done);
            const std::lock_guard lock(ids->mutex);
            ids->judging.erase(ids->judging.find(*owned));
          }};
}

void Unadmitted::remember(const messages::Request& request) {
  ids_->keep(request);
}

bool Unadmitted::answer(const messages::Request& request, base::Throttle& rate) {
  if (!rate.pass(request.caller)) {
    if (log_.pass(request.caller))
      log::warning(
          "a caller sends more requests that are not carried out than are answered",
          {{"caller", request.caller}, {"agent", request.agent}, {"action", request.action}});
    return false;
  }
  ids_->keep(request);
  return true;
}

bool Unadmitted::answer_refusal(const messages::Request& request) {
  return answer(request, refusals_);
}

bool Unadmitted::answer_mismatch(const messages::Request& request) {
  return answer(request, mismatches_);
}

}  // namespace muster::agent
