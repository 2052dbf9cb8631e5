#include "orchestrator/provision/live/ca_questions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "proto/security/glob.hpp"

namespace muster::provision {
namespace {

// Puppet shows "AB:CD:…".
std::string plain_hex(std::string text) {
  std::erase(text, ':');
  for (auto& c : text)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::vector<admission::CaAnswer> answers_of(const std::vector<Master>& asked,
                                            const std::vector<Result<Value>>& replies) {
  std::vector<admission::CaAnswer> answers;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i]) continue;
    answers.push_back({asked[i].identity, asked[i].ca_fingerprint,
                       client::text_at(*replies[i], "state") == "signed",
                       plain_hex(client::text_at(*replies[i], "fingerprint"))});
  }
  return answers;
}

}  // namespace

struct CaQuestions::Asking {
  explicit Asking(loop::Waits& waits) : wait(waits) {}
  loop::Wait wait;
  Answers answers;  // nothing: it was not asked
};

loop::Task<CaQuestions::Answers> CaQuestions::ask(std::string token_id, std::string identity) {
  const auto asking = std::make_shared<Asking>(waits_);
  const auto pushed = waiting_.push(token_id, {identity, asking});
  if (pushed.lost) drops_.note(*pushed.lost);
  drops_.tell();
  for (const auto& displaced : pushed.displaced)
    if (const auto who = displaced.asking.lock()) who->wait.tell();
  if (!pushed.taken) co_return Answers();
  begin_waiting();
  co_await asking->wait.until(kQuestionPatience);
  co_return std::move(asking->answers);
}

// One that is answered at once, because there is nobody to ask, ends within this: the loop here goes on, no other.
void CaQuestions::begin_waiting() {
  if (std::exchange(is_beginning_, true)) return;
  while (under_way_.size() < kAskedAtOnce && !waits_.stopping()) {
    auto next = waiting_.pop_for(std::chrono::milliseconds(0));
    if (!next) break;
    if (!next->asking.expired()) under_way_.begin(answer(*std::move(next)));
  }
  is_beginning_ = false;
}

// Whose CA may not issue the name can hold no certificate of it that anybody believes: its word would
// only keep others from the name.
std::vector<Master> CaQuestions::whom_to_ask(const std::string& identity) {
  const auto now = waits_.timers().clock().steady();
  if (!found_ || now - *found_ > kMastersKept) {
    masters_ = find_masters_();
    found_ = now;
  }
  auto asked = masters_;
  std::erase_if(asked, [&](const Master& master) {
    return std::none_of(master.issues.begin(), master.issues.end(),
                        [&](const auto& glob) { return security::glob_match(glob, identity); });
  });
  return asked;
}

loop::Task<Status> CaQuestions::answer(Waiting question) {
  const auto asked = whom_to_ask(question.identity);
  std::vector<std::string> names;
  for (const auto& master : asked) names.push_back(master.identity);
  std::vector<Result<Value>> replies;
  if (!names.empty()) {
    Question status{std::string(kMasterAgent), "status", Value{{"certname", question.identity}},
                    kAnswerPatience};
    auto told = world_.call_masters(std::move(names), std::move(status));
    replies = co_await told;
  }
  const auto asking = question.asking.lock();
  // Silence would count as an answer.
  if (!asking || waits_.stopping()) co_return Status{};
  asking->answers = answers_of(asked, replies);
  asking->wait.tell();
  co_return Status{};
}

}  // namespace muster::provision
