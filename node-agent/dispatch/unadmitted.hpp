// The requests of each caller that are not carried out: how often they are answered, and that each is answered once.
// The replay window does not remember them, or they could fill it.
#pragma once

#include <memory>

#include "proto/base/clock.hpp"
#include "proto/base/throttle.hpp"
#include "proto/messages/request.hpp"
#include "proto/request/refused_ids.hpp"

namespace muster::agent {

// Answers "refused", "expired", "invalid" to one caller: so many at once, then one in this time. What is beyond is not
// answered; the audit counts it.
inline constexpr base::Throttle::Rate kRefusalAnswers{
    .burst = 200, .every = std::chrono::milliseconds(100), .names_max = 1'024};
// Answers "the filter does not match" to one caller, which ask for them with every call to a whole fleet.
inline constexpr base::Throttle::Rate kMismatchAnswers{
    .burst = 2'000, .every = std::chrono::milliseconds(5), .names_max = 1'024};

// Thread-safe; the clock must outlive it.
class Unadmitted {
 public:
  explicit Unadmitted(const base::Clock& clock);

  // Whether this very request is being judged, or was answered lately without being carried out.
  bool knows(const messages::Request& request) const;
  // It is being judged for as long as the result lives, which may be longer than this.
  std::shared_ptr<const void> judging(const messages::Request& request);
  // Whether a refusal, or a mismatch, is to be answered: remembers that it was. False: the caller has had too many.
  bool answer_refusal(const messages::Request& request);
  bool answer_mismatch(const messages::Request& request);
  // Judged, with nothing to answer.
  void remember(const messages::Request& request);

 private:
  struct Judging;
  bool answer(const messages::Request& request, base::Throttle& rate);

  base::Throttle refusals_;
  base::Throttle mismatches_;
  base::Throttle log_;
  request::RefusedIds answered_;
  std::shared_ptr<Judging> judging_;
};

}  // namespace muster::agent
