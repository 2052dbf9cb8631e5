// Has the site's attestation program asked about machines that the rules would let in: several at once, join tokens in turn.
// docs/operating/ATTESTATION.md describes the program; what its word counts is admission::attested().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/admission/attestation_word.hpp"
#include "orchestrator/admission/turns.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

inline constexpr std::size_t kAttestationsWaiting = 2'000;  // being asked and waiting for it
inline constexpr std::size_t kAttestationsOfAToken =
    1'000;  // of them, for machines with one join token
// A machine announces itself anew every 300 s: who waited longer is asked about then.
inline constexpr std::chrono::minutes kAttestationTurn{5};
// A machine that was let in, and announces the same again, is let in again.
inline constexpr std::chrono::minutes kAdmittedKept{15};
inline constexpr std::size_t kAdmittedKeptMost = 10'000;

struct AttestationCounts {
  std::uint64_t admitted = 0;
  std::uint64_t refused = 0;
  std::uint64_t waits = 0;
  std::uint64_t failed = 0;  // the program said nothing that can be used: the machine waits
};

// On the loop's thread; what it is given must outlive it.
class Attestor {
 public:
  // Asks the program; blocks, on the executor, for its deadline at most.
  using Ask = std::function<Result<admission::Attestation>(const Value& question)>;

  // At most `at_once` calls.
  Attestor(loop::Executor& executor, loop::Waits& waits, std::size_t at_once, Ask ask);

  // `question`: admission::attestation_question(). Whatever goes wrong is a wait, with words that say what; also when too many
  // wait already. Who asks the same while it is being asked gets the same answer. When we stop the answer is worth nothing.
  loop::Task<admission::Attestation> ask(std::string token_id, std::string identity,
                                         Value question);
  const AttestationCounts& counts() const { return counts_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  // Held by who asks, too, who finds the answer there.
  struct Asking {
    std::string number;
    std::string token_id;
    std::string identity;
    Value question;
    std::string key;  // the question as text
    std::optional<admission::Attestation> word;
  };
  using AskingPtr = std::shared_ptr<Asking>;
  TimePoint now() const { return waits_.timers().clock().steady(); }
  bool was_admitted(const std::string& key) const;
  // The place of that question: its own, or that of the one that is the same. Errc::limit.
  Result<AskingPtr> place_for(Asking question);
  void ask_next();
  loop::Task<Status> put(AskingPtr asking);
  void conclude(Asking& asking, const Result<admission::Attestation>& said);
  void count(const Result<admission::Attestation>& said);

  loop::Executor& executor_;
  loop::Waits& waits_;
  const std::size_t at_once_;
  const Ask ask_;
  AttestationCounts counts_;
  std::map<std::string, TimePoint> admitted_;      // by question: when
  std::map<std::string, AskingPtr> questions_;     // by question: those that have a place
  std::map<std::string, AskingPtr> by_number_;     // those of them that wait
  std::map<std::string, std::size_t> of_a_token_;  // how many have a place
  std::uint64_t last_ = 0;                         // number given
  std::size_t under_way_ = 0;
  admission::Turns turns_;  // of numbers, by token
  loop::Bells answered_;    // rung with the number
  loop::Stories asking_;
};

}  // namespace muster::provision
