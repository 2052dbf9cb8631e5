// https://choria.io/schemas/choria/discovery/v1/external_request.json and external_reply.json.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/discovery/sources.hpp"
#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/temp_folder.hpp"
#include "proto/base/text.hpp"
#include "proto/filter/comparison.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli::sources {
namespace {

namespace fs = std::filesystem;

constexpr auto kProtocol = "io.choria.choria.discovery.v1.external_request";
constexpr auto kReplyProtocol = "io.choria.choria.discovery.v1.external_reply";
constexpr auto kSchema = "https://choria.io/schemas/choria/discovery/v1/external_request.json";
constexpr std::size_t kReplyMaxBytes = 64 * 1024 * 1024;
constexpr std::chrono::milliseconds kTimeoutLeast{1'000};  // the schema's

std::string_view operator_name(const filter::SpelledOperator& op, bool regex) {
  if (regex) return "=~";
  return op.op == filter::Operator::equal ? "==" : filter::spelling_of(op.op);
}

// An expression that the filter's parser has taken has an operator.
Value fact_json(const std::string& expression) {
  const std::string_view text = expression;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto* op = filter::operator_at(text.substr(at));
    if (op == nullptr) continue;
    const auto value = base::trimmed(text.substr(at + op->spelling.size()), " ");
    const bool regex = op->regex || (op->op == filter::Operator::equal && value.starts_with('/'));
    return {{"fact", base::trimmed(text.substr(0, at), " ")},
            {"operator", operator_name(*op, regex)},
            {"value", value}};
  }
  return {{"fact", expression}, {"operator", "=="}, {"value", ""}};
}

Value filter_json(const filter::Text& text, const std::string& agent) {
  Value facts = Value::array();
  for (const auto& fact : text.facts) facts.push_back(fact_json(fact));
  auto agents = text.agents;
  if (!agent.empty()) agents.push_back(agent);
  return {{"fact", std::move(facts)},
          {"cf_class", text.classes},
          {"agent", agents},
          {"compound", text.compounds},
          {"identity", text.identities}};
}

// Of what the program wrote, behind a colon; "" when it wrote nothing.
std::string last_said(const base::ChildResult& child) {
  const auto line = base::last_line(child.err.empty() ? child.out : child.err);
  return line.empty() ? "" : ": " + base::quoted(line);
}

Result<Names> read_reply(const fs::path& file, const std::string& command) {
  MUSTER_ASSIGN(const auto text, base::read_file(file, kReplyMaxBytes));
  const auto wrong = [&](std::string_view what) {
    return fail(Errc::invalid_data, fmt::format("the reply of {} {}", command, what));
  };
  if (text.empty()) return wrong("is empty: it must write JSON to the file of its 2nd argument");
  const auto reply = Value::parse(text, nullptr, false);
  if (!reply.is_object()) return wrong("is no JSON object");
  if (const auto error = reply.value("error", Value()); error.is_string() && error != "")
    return fail(Errc::aborted, fmt::format("{} could not discover: {}", command,
                                           base::quoted(error.get_ref<const std::string&>())));
  if (reply.value("protocol", Value()) != kReplyProtocol)
    return wrong(fmt::format("has not the protocol {}", kReplyProtocol));
  auto nodes = reply.value("nodes", Value::array());
  if (nodes.is_null()) nodes = Value::array();  // as Go writes an empty list
  if (!nodes.is_array()) return wrong("has \"nodes\" that are no list");
  Names names;
  for (const auto& node : nodes) {
    if (!node.is_string()) return wrong("has a node that is no text");
    names.push_back(node.get<std::string>());
    if (auto good = base::check_identity(names.back()); !good)
      return wrong("names a node that cannot be: " + good.error().message);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace

Result<Names> external(const Search& search, const std::string& collective) {
  MUSTER_ASSIGN(auto options, options_of(search, {}));
  const auto command = options["command"];
  options.erase("command");
  base::ChildSpec child;
  child.argv = base::words_of(command, " ");
  if (child.argv.empty())
    return fail(Errc::config, "discovery by external needs --do command=PROGRAM");
  if (child.argv.front().find('/') != std::string::npos)
    MUSTER_TRY(base::check_guard(child.argv.front(), base::Guard::program));
  MUSTER_ASSIGN(const auto folder, base::TempFolder::make("muster-discovery"));
  const auto request = folder.file("request.json");
  const auto reply = folder.file("reply.json");
  child.timeout = std::max(search.patience, kTimeoutLeast);
  const Value document = {{"$schema", kSchema},
                          {"protocol", kProtocol},
                          {"collective", collective},
                          {"filter", filter_json(search.filter.text(), search.agent)},
                          {"federations", Value::array()},
                          {"options", options},
                          {"timeout", static_cast<double>(child.timeout.count()) / 1000}};
  MUSTER_TRY(base::write_file(
      request, document.dump(-1, ' ', false, Value::error_handler_t::replace), 0600));
  MUSTER_TRY(base::write_file(reply, "", 0600));
  child.argv.insert(child.argv.end(), {request, reply, kProtocol});
  child.environment = {{"CHORIA_EXTERNAL_REQUEST", request},
                       {"CHORIA_EXTERNAL_REPLY", reply},
                       {"CHORIA_EXTERNAL_PROTOCOL", kProtocol}};
  child.working_folder = folder.path().parent_path();
  MUSTER_ASSIGN(const auto done, base::run_child(child));
  if (done.exit_code != 0)
    return fail(Errc::aborted,
                fmt::format("{} ended with {}{}", command, done.exit_code, last_said(done)));
  if (!done.err.empty())
    log::warning("a discovery program complains",
                 {{"program", command}, {"line", last_said(done)}});
  return read_reply(reply, command);
}

}  // namespace muster::cli::sources
