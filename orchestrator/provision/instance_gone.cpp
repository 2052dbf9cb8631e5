#include "orchestrator/provision/instance_gone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

void tell(const std::string& identity, const Result<GoneWord>& word) {
  if (!word)
    log::warning("the program that asks for gone instances said nothing that can be used",
                 {{"node", identity}, {"why", word.error().message}});
  else
    log::info(word->gone ? "the old instance is gone, says its provider"
                         : "the old instance is there, says its provider",
              {{"node", identity}, {"reason", word->reason}});
}

}  // namespace

Result<GoneWord> read_gone_word(std::string_view printed) {
  const auto json = Value::parse(printed, nullptr, false);
  const auto wrong =
      fail(Errc::invalid_data,
           fmt::format("it must print {{\"gone\": true or false, \"reason\": TEXT}}, not {}",
                       base::quoted(printed)));
  if (!json.is_object() || json.size() > 2) return wrong;
  const auto gone = json.find("gone");
  const auto reason = json.find("reason");
  if (gone == json.end() || !gone->is_boolean()) return wrong;
  if (json.size() == 2 && (reason == json.end() || !reason->is_string())) return wrong;
  return GoneWord{gone->get<bool>(), reason == json.end() ? "" : reason->get<std::string>()};
}

InstanceGone::InstanceGone(loop::Executor& executor, loop::Waits& waits, Ask ask)
    : executor_(executor), waits_(waits), ask_(std::move(ask)), answered_(waits) {
  asking_.on_end([this] { ask_next(); });
}

std::optional<bool> InstanceGone::kept(const std::string& key) const {
  const auto known = kept_.find(key);
  if (known == kept_.end() || now() - known->second.at >= kGoneKept) return std::nullopt;
  return known->second.gone;
}

void InstanceGone::keep(const std::string& key, bool gone) {
  if (kept_.size() >= kGoneAnswersKept) kept_.clear();
  kept_.insert_or_assign(key, Kept{gone, now()});
}

Result<InstanceGone::AskingPtr> InstanceGone::place_for(Asking question) {
  if (const auto taken = questions_.find(question.identity); taken != questions_.end()) {
    if (taken->second->key == question.key) return taken->second;
    return fail(Errc::limit,
                "the machines' provider is being asked about this name for another "
                "machine, or for this one as it was before");
  }
  if (questions_.size() >= kGoneQuestions)
    return fail(Errc::limit,
                fmt::format("the machines' provider is not asked now: {} names wait for its word",
                            kGoneQuestions));
  const auto own = std::count_if(questions_.begin(), questions_.end(), [&](const auto& one) {
    return one.second->token_id == question.token_id;
  });
  if (static_cast<std::size_t>(own) >= kGoneQuestionsOfAToken)
    return fail(Errc::limit, fmt::format("the machines' provider is not asked now: {} names wait "
                                         "for its word that were asked for with the same token",
                                         kGoneQuestionsOfAToken));
  auto asking = std::make_shared<Asking>(std::move(question));
  questions_.emplace(asking->identity, asking);
  waiting_.push_back(asking);
  return asking;
}

loop::Task<Result<bool>> InstanceGone::ask(std::string token_id, std::string identity,
                                           Value question) {
  auto key = question.dump(-1, ' ', false, Value::error_handler_t::replace);
  if (const auto known = kept(key)) co_return *known;
  MUSTER_CO_ASSIGN(
      const auto asking,
      place_for(
          {std::move(token_id), std::move(identity), std::move(question), std::move(key), {}}));
  ask_next();
  if (!asking->gone) {
    auto answering = answered_.heard(asking->identity, kGoneTurn);
    co_await answering;
  }
  if (waits_.stopping()) co_return fail(Errc::unavailable, "the orchestrator is stopping");
  if (!asking->gone)
    co_return fail(Errc::limit, "the machines' provider could not be asked in time");
  co_return *asking->gone;
}

void InstanceGone::ask_next() {
  if (!asking_.idle() || waiting_.empty() || waits_.stopping()) return;
  auto next = std::move(waiting_.front());
  waiting_.pop_front();
  asking_.begin(put(std::move(next)));
}

loop::Task<Status> InstanceGone::put(AskingPtr asking) {
  auto asked = loop::on_executor<Result<GoneWord>>(
      executor_, waits_, [ask = ask_, question = asking->question] { return ask(question); });
  const auto word = co_await asked;
  if (waits_.stopping()) co_return Status{};  // a call that was cut off says nothing
  tell(asking->identity, word);
  asking->gone = word && word->gone;
  keep(asking->key, *asking->gone);
  questions_.erase(asking->identity);
  answered_.ring(asking->identity);
  co_return Status{};
}

}  // namespace muster::provision
