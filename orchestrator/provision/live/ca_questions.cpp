#include "orchestrator/provision/live/ca_questions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "proto/base/log.hpp"
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

void CaQuestions::ask(const std::string& token_id, const std::string& identity, Answered answered) {
  const bool posted = poster_.post([this, token_id, identity, answered = std::move(answered)] {
    const auto pushed = waiting_.push(token_id, {identity, answered});
    if (pushed.lost) drops_.note(*pushed.lost);
    drops_.tell();
    begin_waiting();
  });
  if (!posted) log::error("the loop has too much to do; a machine must announce itself again");
}

void CaQuestions::begin_waiting() {
  while (under_way_.size() < kAskedAtOnce && !asker_.waits().stopping()) {
    auto next = waiting_.pop_for(std::chrono::milliseconds(0));
    if (!next) return;
    const auto number = ++begun_;
    auto& task = under_way_[number];
    task = answer(*std::move(next));
    task.start([this, number] {
      under_way_.erase(number);
      begin_waiting();
    });
  }
}

// Whose CA may not issue the name can hold no certificate of it that anybody believes: its word would
// only keep others from the name.
std::vector<Master> CaQuestions::whom_to_ask(const std::string& identity) {
  const auto now = asker_.waits().timers().clock().steady();
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
  Question status{std::string(kMasterAgent), "status", Value{{"certname", question.identity}},
                  kAnswerPatience};
  auto told = asker_.ask_each(std::move(names), std::nullopt, std::move(status));
  const auto replies = co_await told;
  // Silence would count as an answer.
  if (asker_.waits().stopping()) co_return Status{};
  auto taken = executor_.run([answered = std::move(question.answered),
                              answers = answers_of(asked, replies)]() -> loop::Executor::Then {
    answered(answers);
    return {};
  });
  if (!taken)
    log::error("too much is to be judged; a machine must announce itself again",
               {{"node", question.identity}});
  co_return taken;
}

}  // namespace muster::provision
