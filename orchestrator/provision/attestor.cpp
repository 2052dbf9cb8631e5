#include "orchestrator/provision/attestor.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "orchestrator/admission/attestation.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"
#include "proto/x509/key.hpp"

namespace muster::provision {
namespace {

using admission::Attestation;
using Word = Attestation::Word;

Attestation waits_because(std::string why) {
  return {Word::wait, std::move(why)};
}

}  // namespace

Attestor::Attestor(loop::Executor& executor, loop::Waits& waits, std::size_t at_once, Ask ask)
    : executor_(executor),
      waits_(waits),
      at_once_(at_once),
      ask_(std::move(ask)),
      answered_(waits) {}

bool Attestor::was_admitted(const std::string& key) const {
  const auto known = admitted_.find(key);
  return known != admitted_.end() && now() - known->second < kAdmittedKept;
}

Result<Attestor::AskingPtr> Attestor::place_for(Asking question) {
  if (const auto same = questions_.find(question.key); same != questions_.end())
    return same->second;
  const auto of_token = of_a_token_.find(question.token_id);
  if (questions_.size() >= kAttestationsWaiting ||
      (of_token != of_a_token_.end() && of_token->second >= kAttestationsOfAToken))
    return fail(
        Errc::limit,
        fmt::format("{} machines wait for its word already, {} of them with the same "
                    "token; it is asked about this one with its next announcement",
                    questions_.size(), of_token == of_a_token_.end() ? 0 : of_token->second));
  question.number = std::to_string(++last_);
  auto asking = std::make_shared<Asking>(std::move(question));
  questions_.emplace(asking->key, asking);
  by_number_.emplace(asking->number, asking);
  ++of_a_token_[asking->token_id];
  turns_.enter({asking->number, asking->token_id, static_cast<std::int64_t>(last_)});
  return asking;
}

loop::Task<Attestation> Attestor::ask(std::string token_id, std::string identity, Value question) {
  auto key = x509::sha256(question.dump(-1, ' ', false, Value::error_handler_t::replace));
  if (was_admitted(key)) co_return Attestation{Word::admit, "as before"};
  auto place = place_for(
      {{}, std::move(token_id), std::move(identity), std::move(question), std::move(key), {}});
  if (!place) co_return waits_because(place.error().message);
  const auto asking = *std::move(place);
  ask_next();
  if (!asking->word) {
    auto answering = answered_.heard(asking->number, kAttestationTurn);
    co_await answering;
  }
  if (asking->word) co_return *asking->word;
  co_return waits_because("its program could not be asked in time");
}

void Attestor::ask_next() {
  while (under_way_ < at_once_ && !waits_.stopping()) {
    const auto next = turns_.first();
    if (!next) return;
    auto asking = by_number_.extract(*next).mapped();
    turns_.leave(*next);
    turns_.begun(asking->token_id);
    ++under_way_;
    asking_.begin(put(std::move(asking)));
  }
}

loop::Task<Status> Attestor::put(AskingPtr asking) {
  auto asked = loop::on_executor<Result<Attestation>>(
      executor_, waits_, [ask = ask_, question = asking->question] { return ask(question); });
  const auto said = co_await asked;
  --under_way_;
  turns_.ended(asking->token_id);
  if (waits_.stopping()) co_return Status{};  // a call that was cut off says nothing
  questions_.erase(asking->key);
  if (const auto of = of_a_token_.find(asking->token_id); --of->second == 0) of_a_token_.erase(of);
  conclude(*asking, said);
  answered_.ring(asking->number);
  ask_next();
  co_return Status{};
}

void Attestor::count(const Result<Attestation>& said) {
  if (!said)
    ++counts_.failed;
  else if (said->word == Word::admit)
    ++counts_.admitted;
  else
    ++(said->word == Word::refuse ? counts_.refused : counts_.waits);
}

// Fail closed: without its word nobody is let in.
void Attestor::conclude(Asking& asking, const Result<Attestation>& said) {
  count(said);
  asking.word = said ? *said : waits_because("its program failed: " + said.error().message);
  if (!said) {
    log::warning("the attestation program failed; the machine waits",
                 {{"node", asking.identity},
                  {"why", said.error().message},
                  {"failed", std::to_string(counts_.failed)}});
    return;
  }
  log::info("the attestation program has spoken", {{"node", asking.identity},
                                                   {"verdict", std::string(name_of(said->word))},
                                                   {"reason", said->reason}});
  if (said->word != Word::admit) return;
  if (admitted_.size() >= kAdmittedKeptMost) admitted_.clear();
  admitted_.insert_or_assign(asking.key, now());
}

}  // namespace muster::provision
