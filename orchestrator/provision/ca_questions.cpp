#include "orchestrator/provision/ca_questions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/provision/fields.hpp"
#include "orchestrator/provision/masters.hpp"
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

}  // namespace

CaQuestions::CaQuestions(client::Caller& caller, Masters masters)
    : caller_(caller), find_masters_(std::move(masters)) {
  for (std::size_t i = 0; i < kAskersMax; ++i)
    askers_.push_back(std::make_unique<client::Worker<Question>>(
        "ca asker", kQuestionsWaiting,
        [this](const Question& question) { question.answered(ask_all(question.identity)); }));
}

CaQuestions::~CaQuestions() {
  for (auto& asker : askers_) asker->stop();
}

void CaQuestions::ask(const std::string& token_id, const std::string& identity, Answered answered) {
  std::size_t asker = 0;
  {
    const std::lock_guard lock(mutex_);
    asker = next_++ % askers_.size();
  }
  askers_[asker]->post(token_id, {identity, std::move(answered)});
}

std::vector<Master> CaQuestions::masters() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (found_ == std::chrono::steady_clock::time_point{} || now - found_ > kMastersKept) {
    masters_ = find_masters_();
    found_ = now;
  }
  return masters_;
}

std::vector<admission::CaAnswer> CaQuestions::ask_all(const std::string& identity) {
  auto asked = masters();
  // Whose CA may not issue the name can hold no certificate of it that anybody believes: its word would
  // only keep others from the name.
  std::erase_if(asked, [&](const Master& master) {
    return std::none_of(master.issues.begin(), master.issues.end(),
                        [&](const auto& glob) { return security::glob_match(glob, identity); });
  });
  std::vector<std::string> names;
  for (const auto& master : asked) names.push_back(master.identity);
  std::vector<admission::CaAnswer> answers;
  if (names.empty()) return answers;
  const auto replies = caller_.call_each(names, std::string(kMasterAgent), "status",
                                         {{"certname", identity}}, kAnswerPatience);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i]) continue;
    answers.push_back({asked[i].identity, asked[i].ca_fingerprint,
                       text_at(*replies[i], "state") == "signed",
                       plain_hex(text_at(*replies[i], "fingerprint"))});
  }
  return answers;
}

}  // namespace muster::provision
