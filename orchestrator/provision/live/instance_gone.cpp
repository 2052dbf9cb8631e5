#include "orchestrator/provision/live/instance_gone.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include "proto/base/child.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {

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

InstanceGone::InstanceGone(std::filesystem::path program)
    : program_(std::move(program)),
      stopping_(::eventfd(0, EFD_CLOEXEC)),
      asker_("gone asker", base::FairLimits{.items = kGoneQuestions, .per_sender = 1},
             [this](const Question& question) { question.answered(answer(question)); }) {}

InstanceGone::~InstanceGone() {
  stop();
}

void InstanceGone::stop() {
  ::eventfd_write(stopping_.get(), 1);
  asker_.stop();
}

void InstanceGone::ask(const std::string& identity, Value question, Answered answered) {
  asker_.post(identity, Question{identity, std::move(question), std::move(answered)});
}

bool InstanceGone::answer(const Question& question) {
  const auto key = question.content.dump();
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    const auto known = kept_.find(key);
    if (known != kept_.end() && now - known->second.at < kGoneKept) return known->second.gone;
    if (kept_.size() >= kGoneAnswersKept) kept_.clear();
  }
  const auto word = run(question);
  if (!word)
    log::warning("the program that asks for gone instances said nothing that can be used",
                 {{"node", question.identity}, {"why", word.error().message}});
  else
    log::info(word->gone ? "the old instance is gone, says its provider"
                         : "the old instance is there, says its provider",
              {{"node", question.identity}, {"reason", word->reason}});
  const std::lock_guard lock(mutex_);
  const bool gone = word && word->gone;
  kept_.insert_or_assign(key, Kept{gone, std::chrono::steady_clock::now()});
  return gone;
}

Result<GoneWord> InstanceGone::run(const Question& question) const {
  MUSTER_TRY(base::check_guard(program_, base::Guard::program));
  base::ChildSpec spec;
  spec.argv = {program_.string()};
  spec.input = question.content.dump(-1, ' ', false, Value::error_handler_t::replace) + "\n";
  spec.timeout = kGonePatience;
  spec.output_max_bytes = kGoneOutputMaxBytes;
  spec.output_deadly_bytes = 2 * kGoneOutputMaxBytes;
  spec.cancel_fd = stopping_.get();
  auto result = base::run_child(spec);
  if (!result) return fail(result.error().within(program_.string()));
  if (result->exit_code != 0)
    return fail(Errc::aborted, fmt::format("{} ended with {}: {}", program_.string(),
                                           result->exit_code, base::quoted(result->err)));
  auto word = read_gone_word(result->out);
  if (!word) return fail(word.error().within(program_.string()));
  return word;
}

}  // namespace muster::provision
