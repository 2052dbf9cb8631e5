#include "orchestrator/cli/render/notifications.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

std::int64_t count_in(const Value& answer, const char* name) {
  const auto count = member(answer, name);
  return count.is_number_integer() ? count.get<std::int64_t>() : 0;
}

std::string text_in(const Value& answer, const char* name) {
  const auto text = member(answer, name);
  return text.is_string() ? text.get<std::string>() : "";
}

std::string summary_of(const Value& document) {
  return fmt::format(
      "{} could not be sent, {} wait. Once the cause is mended: muster notifications "
      "retry ID, or --all\n",
      count_in(document, "failed"), count_in(document, "waiting"));
}

// The id whole, however long it is: people copy it.
std::string details_of(const Value& one, bool subject) {
  auto out = fmt::format("   id      {}\n", one_line(text_in(one, "id")));
  if (subject) out += fmt::format("   says    {}\n", one_line(text_in(one, "subject")));
  if (const auto why = one_line(text_in(one, "reason")); !why.empty())
    out += fmt::format("   reason  {}\n", why);
  return out;
}

}  // namespace

Unsent unsent_of(const std::vector<client::ControlAnswer>& answers) {
  Unsent out;
  Value list = Value::array();
  Value orchestrators = Value::array();
  std::int64_t waiting = 0;
  std::int64_t failed = 0;
  for (const auto& answer : answers) {
    orchestrators.push_back({{"orchestrator", answer.orchestrator},
                             {"outcome", name_of(answer.outcome)},
                             {"message", answer.message}});
    if (answer.outcome != client::Outcome::ok) {
      out.refusals.push_back(answer.orchestrator + ": " + answer.message);
      continue;
    }
    out.told.push_back(answer.orchestrator);
    waiting += count_in(answer.data, "waiting");
    failed += count_in(answer.data, "failed");
    const auto told = member(answer.data, "notifications");
    for (const auto& one : told.is_array() ? told : Value::array()) {
      if (!one.is_object()) continue;
      list.push_back(one);
      list.back()["orchestrator"] = answer.orchestrator;
    }
  }
  out.document = {{"notifications", std::move(list)},
                  {"waiting", waiting},
                  {"failed", failed},
                  {"orchestrators", std::move(orchestrators)}};
  return out;
}

std::string unsent_text(const Unsent& unsent, bool subjects, const Style& style,
                        std::size_t columns) {
  const auto& list = unsent.document.at("notifications");
  const auto told = one_line(fmt::format("By {}", fmt::join(unsent.told, ", "))) + "\n";
  if (list.empty()) return "Nothing waits to be sent, and nothing could not be\n" + told;
  std::vector<Row> rows;
  for (const auto& one : list)
    rows.push_back({{text_in(one, "state")},
                    {duration(std::chrono::milliseconds(count_in(one, "age_ms")))},
                    {std::to_string(count_in(one, "tries"))},
                    {text_in(one, "orchestrator")},
                    {text_in(one, "target")}});
  const auto lines =
      table({"state", "age", "tries", "orchestrator", "target"}, rows, style, columns);
  std::string out = lines.front() + "\n";
  for (std::size_t i = 1; i < lines.size(); ++i)
    out += lines[i] + "\n" + details_of(list.at(i - 1), subjects);
  return out + "\n" + summary_of(unsent.document) + told;
}

Tried tried_of(const std::vector<client::ControlAnswer>& answers) {
  Tried out;
  Value list = Value::array();
  for (const auto& answer : answers) {
    const auto failed = count_in(answer.data, "failed");
    const auto waiting = count_in(answer.data, "waiting");
    list.push_back({{"orchestrator", answer.orchestrator},
                    {"outcome", name_of(answer.outcome)},
                    {"message", answer.message},
                    {"failed", failed},
                    {"waiting", waiting}});
    if (answer.outcome == client::Outcome::ok)
      out.text += one_line(fmt::format("{} tries now: {} that could not be sent, {} that waited",
                                       answer.orchestrator, failed, waiting)) +
                  "\n";
  }
  out.document = {{"orchestrators", std::move(list)}};
  return out;
}

}  // namespace muster::cli::render
