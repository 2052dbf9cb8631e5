#include "orchestrator/provision/instance_gone.hpp"

#include <fmt/format.h>

#include <utility>

#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

// In the frame of who asks: the name may be asked about again once that has ended, also by being dropped.
class Asking {
 public:
  Asking(std::set<std::string>& names, std::string name) : names_(names), name_(std::move(name)) {}
  ~Asking() { names_.erase(name_); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

 private:
  std::set<std::string>& names_;
  const std::string name_;
};

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

std::optional<bool> InstanceGone::kept(const std::string& question) const {
  const auto known = kept_.find(question);
  if (known == kept_.end() || now() - known->second.at >= kGoneKept) return std::nullopt;
  return known->second.gone;
}

void InstanceGone::keep(const std::string& question, bool gone) {
  if (kept_.size() >= kGoneAnswersKept) kept_.clear();
  kept_.insert_or_assign(question, Kept{gone, now()});
}

loop::Task<std::optional<bool>> InstanceGone::ask(std::string identity, Value question) {
  const auto key = question.dump(-1, ' ', false, Value::error_handler_t::replace);
  if (const auto known = kept(key)) co_return known;
  if (asked_about_.size() >= kGoneQuestions || !asked_about_.insert(identity).second)
    co_return std::optional<bool>();
  const Asking asking(asked_about_, identity);
  auto asked = loop::on_executor<Result<GoneWord>>(
      executor_, waits_, [ask = ask_, question = std::move(question)] { return ask(question); });
  const auto word = co_await asked;
  if (waits_.stopping()) co_return std::optional<bool>();
  tell(identity, word);
  const bool gone = word && word->gone;
  keep(key, gone);
  co_return std::optional(gone);
}

}  // namespace muster::provision
