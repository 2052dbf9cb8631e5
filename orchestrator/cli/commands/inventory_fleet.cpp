#include "orchestrator/cli/commands/inventory_fleet.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/report.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/registry_query.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/texts.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

constexpr std::string_view kFacts = "facts.";
constexpr const char* kLeftOut = "left_out";  // how much of a list is not in it

// What a report knows of each node.
struct Known {
  std::vector<Value> nodes;  // sorted by identity
  std::vector<std::string> silent;
  std::vector<std::string> failed;  // "NODE: why"
  ExitCode code = ExitCode::ok;
};

Value as_node(const client::Member& member) {
  return {{"identity", member.identity},
          {"version", member.version},
          {"address", member.address},
          {"agents", member.agents},
          {"classes", member.classes},
          {"collectives", member.collectives},
          {"facts", member.facts},
          {kLeftOut, {{"agents", member.left_out_agents}, {"classes", member.left_out_classes}}}};
}

Result<std::vector<Value>> online(client::Link& link) {
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(link));
  MUSTER_TRY(fleet->wait_complete(kPresencePatience));
  std::vector<Value> nodes;
  for (const auto& member : fleet->members()) nodes.push_back(as_node(*member));
  return nodes;
}

bool among(const std::vector<std::string>& names, const Value& node) {
  return std::binary_search(names.begin(), names.end(), node.at("identity").get<std::string>());
}

// Presence tells some facts, and may leave classes and agents out; a report that reads others must ask the nodes.
bool answers(const std::vector<Value>& nodes, const render::Report& report) {
  for (const auto& field : report.fields())
    for (const auto& node : nodes) {
      if (field.starts_with(kFacts) && render::report_value(node, field).is_null()) return false;
      const auto left_out = node.at(kLeftOut).find(field);
      if (left_out != node.at(kLeftOut).end() && *left_out > 0) return false;
    }
  return true;
}

// Facts, classes and agents in the nodes' own words, behind what presence says.
Result<Known> ask_nodes(client::Caller& caller, std::vector<Value> nodes,
                        const CallOptions& options, const std::vector<std::string>& identities) {
  MUSTER_ASSIGN(const auto rpcutil, ddl::built_in("rpcutil"));
  client::Call call;
  call.agent = "rpcutil";
  call.action = "inventory";
  call.targets = identities;
  call.timeout = options.timeout_or(rpcutil.timeout + kAnswerGrace);
  call.ttl = std::chrono::seconds(options.ttl_s);
  call.confirmed = options.yes;
  MUSTER_ASSIGN(const auto result, caller.call(call));
  std::map<std::string, Value> by_name;
  for (auto& node : nodes) {
    // Before the move: the right side of an assignment is evaluated first.
    const auto identity = node.at("identity").get<std::string>();
    by_name[identity] = std::move(node);
  }
  Known known;
  for (const auto& answer : result.results) {
    if (answer.outcome == client::Outcome::silent) {
      known.silent.push_back(answer.identity);
      continue;
    }
    if (answer.outcome != client::Outcome::ok) {
      known.failed.push_back(answer.identity + ": " + answer.message);
      continue;
    }
    Value node = by_name[answer.identity].is_object() ? by_name[answer.identity] : Value::object();
    node["identity"] = answer.identity;
    for (const auto* name : {"version", "agents", "classes", "collectives", "facts"})
      if (answer.data.is_object() && answer.data.contains(name)) node[name] = answer.data.at(name);
    known.nodes.push_back(std::move(node));
  }
  known.code = exit_code_of(result);
  return known;
}

Result<Known> from_registry(client::Link& link, const Search& search,
                            const std::vector<std::string>& identities) {
  MUSTER_ASSIGN(const auto answer, client::ask_registry(link, search.filter,
                                                        {.timeout = search.patience + kAnswerGrace,
                                                         .with_content = true,
                                                         .confirmed = search.confirmed}));
  Known known;
  for (const auto& node : answer.nodes)
    if (node.content && std::binary_search(identities.begin(), identities.end(), node.identity))
      known.nodes.push_back(as_node(*node.content));
  return known;
}

Result<Known> look(Conversation& talk, const CallOptions& options, const render::Report& report) {
  MUSTER_ASSIGN(auto aim, options.aim(""));
  auto& search = aim.search;
  search.by_name = false;
  MUSTER_ASSIGN(const auto found, talk.discover(search));
  auto& link = talk.link();
  note_undecided(found);
  if (found.method == Method::registry) return from_registry(link, search, found.identities);
  MUSTER_ASSIGN(auto nodes, online(link));
  std::erase_if(nodes, [&](const Value& node) { return !among(found.identities, node); });
  Known known{std::move(nodes), {}, {}, ExitCode::ok};
  if (known.nodes.size() != found.identities.size() || !answers(known.nodes, report)) {
    MUSTER_ASSIGN(known,
                  ask_nodes(talk.caller(), std::move(known.nodes), options, found.identities));
  }
  if (!found.undecided.empty()) known.code = ExitCode::silent;
  return known;
}

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next != 'n' && next != 't' && next != '\\') {
      out += text[i];
      continue;
    }
    out += next == 'n' ? '\n' : next == 't' ? '\t' : '\\';
    ++i;
  }
  return out;
}

Result<render::Report> template_of(const FleetInventory& options) {
  if (!options.report.empty() && !options.template_file.empty())
    return fail(Errc::config, "--report and --template: one of them");
  if (!options.report.empty()) return render::Report::parse(unescaped(options.report), "--report");
  MUSTER_ASSIGN(const auto text, base::read_file(options.template_file));
  return render::Report::parse(text, options.template_file.string());
}

// A fact that no node has is most likely misspelt.
void note_unknown_facts(const Known& known, const render::Report& report) {
  for (const auto& field : report.fields()) {
    if (!field.starts_with(kFacts)) continue;
    const bool somewhere = std::any_of(
        known.nodes.begin(), known.nodes.end(),
        [&](const Value& node) { return !render::report_value(node, field).is_null(); });
    if (somewhere || known.nodes.empty()) continue;
    std::vector<std::string> names;
    const auto facts = known.nodes.front().value("facts", Value::object());
    for (const auto& [fact, value] : facts.items()) names.push_back(fact);
    const auto name = field.substr(kFacts.size());
    const auto near = base::nearest(name, names);
    note(fmt::format("no node has the fact '{}'{}", name,
                     near ? "; did you mean '" + *near + "'?" : ""));
  }
}

Result<ExitCode> print_report(const CommonOptions& common, const CallOptions& call,
                              const FleetInventory& options) {
  MUSTER_ASSIGN(const auto report, template_of(options));
  Conversation talk(common, call.target);
  MUSTER_ASSIGN(const auto known, look(talk, call, report));
  note_unknown_facts(known, report);
  if (common.json) {
    Value nodes = Value::array();
    for (const auto& node : known.nodes) {
      Value row = Value::object();
      row["identity"] = node.at("identity");
      for (const auto& field : report.fields()) row[field] = render::report_value(node, field);
      nodes.push_back(std::move(row));
    }
    print_json(
        {{"nodes", std::move(nodes)}, {"no_answer", known.silent}, {"failed", known.failed}});
    return known.code;
  }
  const Value frame = {{"count", known.nodes.size()},
                       {"time", base::iso8601(talk.link().clock().unix_ms())},
                       {"collective", talk.link().collective()}};
  std::string out = report.header(frame);
  for (const auto& node : known.nodes) out += report.line(node);
  print(out + report.footer(frame));
  for (const auto& why : known.failed) note(why);
  if (!known.silent.empty())
    note(fmt::format("{} of {} nodes did not answer: {}", known.silent.size(),
                     known.silent.size() + known.failed.size() + known.nodes.size(),
                     fmt::join(known.silent, ", ")));
  return known.code;
}

Result<ExitCode> list_collectives(const CommonOptions& common, const CallOptions& call) {
  MUSTER_ASSIGN(const auto link, connect(common, call.target));
  MUSTER_ASSIGN(const auto nodes, online(*link));
  std::map<std::string, std::size_t> counted;
  for (const auto& node : nodes)
    for (const auto& collective : node.at("collectives")) ++counted[collective.get<std::string>()];
  if (common.json) {
    Value list = Value::array();
    for (const auto& [name, count] : counted) list.push_back({{"name", name}, {"nodes", count}});
    print_json({{"collectives", std::move(list)}, {"total_nodes", nodes.size()}});
    return nodes.empty() ? ExitCode::error : ExitCode::ok;
  }
  if (nodes.empty()) return fail(Errc::not_found, "no node is online");
  constexpr std::size_t kName = 30;
  std::string out = fmt::format("   {} Nodes\n   {} =====\n", render::pad("Collective", kName),
                                render::pad("==========", kName));
  for (const auto& [name, count] : counted)
    out += fmt::format("   {} {}\n", render::pad(render::one_line(name), kName), count);
  print(out + fmt::format("\n   {} {}\n", render::pad_left("Total nodes:", kName), nodes.size()));
  return ExitCode::ok;
}

Result<ExitCode> draw_graph(const CommonOptions& common, const CallOptions& call,
                            const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto link, connect(common, call.target));
  MUSTER_ASSIGN(const auto nodes, online(*link));
  if (nodes.empty()) return fail(Errc::not_found, "no node is online");
  MUSTER_TRY(base::write_file(file, render::collective_graph(nodes)));
  if (common.json)
    print_json({{"file", file.string()}, {"nodes", nodes.size()}});
  else
    print(fmt::format("{}: {} nodes\n", file.string(), nodes.size()));
  return ExitCode::ok;
}

// Collectives are counted as presence tells them, of all nodes.
Status of_everybody(const CallOptions& call) {
  MUSTER_ASSIGN(const auto some_only, restricted(call));
  if (!some_only) return {};
  return fail(Errc::config,
              "collectives are those of all nodes online: filters, --dm, --nodes and "
              "--limit are for --report and --template");
}

}  // namespace

Result<bool> restricted(const CallOptions& call) {
  MUSTER_ASSIGN(const auto text, call.text());
  const auto& from = call.discovery;
  return !text.empty() || !from.method.empty() || !from.nodes_file.empty() || !from.limit.empty() ||
         from.one;
}

Result<ExitCode> inventory_of_fleet(const CommonOptions& common, const CallOptions& call,
                                    const FleetInventory& options) {
  const int forms = int{options.list_collectives} + int{!options.graph.empty()} +
                    int{!options.report.empty()} + int{!options.template_file.empty()};
  if (forms > 1)
    return fail(Errc::config,
                "--list-collectives, --collective-graph, --report and --template are "
                "four different reports; say one of them");
  if (options.list_collectives || !options.graph.empty()) MUSTER_TRY(of_everybody(call));
  if (options.list_collectives) return list_collectives(common, call);
  if (!options.graph.empty()) return draw_graph(common, call, options.graph);
  return print_report(common, call, options);
}

}  // namespace muster::cli
