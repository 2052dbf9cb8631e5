#include <unistd.h>

#include <algorithm>

#include "orchestrator/authority/tokens.hpp"
#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/ping.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/ending_soon.hpp"
#include "orchestrator/client/token_uses.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kPingTimeout{3'000};

client::Call ping_call(const CallOptions& options) {
  client::Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  call.timeout = options.timeout_or(kPingTimeout);
  call.ttl = std::chrono::seconds(options.ttl_s);
  call.qos = transport::Qos::at_most_once;
  call.confirmed = options.yes;
  return call;
}

struct Pinged {
  Discovery found;
  client::CallResult result;
};

// Everybody: the request leaves first, and who must answer is learnt while the answers come in.
Result<Pinged> ping_all(Conversation& talk, const client::Call& call, const Search& search,
                        const client::Caller::ResultHandler& show) {
  MUSTER_ASSIGN(const auto pending, talk.caller().begin(call, show));
  Pinged done;
  MUSTER_ASSIGN(done.found, discover(talk.link(), talk.caller(), search));
  pending->expect(done.found.identities);
  pending->all_expected();
  done.result = pending->wait();
  return done;
}

Result<Pinged> ping_some(Conversation& talk, client::Call call, const Search& search,
                         const client::Caller::ResultHandler& show) {
  Pinged done;
  MUSTER_ASSIGN(done.found, discover(talk.link(), talk.caller(), search));
  if (done.found.identities.empty()) return done;
  call.targets = done.found.identities;
  MUSTER_ASSIGN(done.result, talk.caller().call(call, show));
  return done;
}

void print_closing(const RemoteCall& done) {
  print(render::ping_closing(done.frame, done.result, render::Style::of(STDOUT_FILENO),
                             static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
}

// Of those that the issuers beside the configuration made: they may lie in images that nobody has started
// yet. None when the list is not ours to read.
std::vector<authority::IssuedToken> tokens_told(const settings::Settings& settings,
                                                std::int64_t now_ms) {
  auto issued = authority::issued_tokens(settings.folder());
  if (!issued) {
    note("whether join tokens end soon is not known: " + issued.error().message);
    return {};
  }
  std::erase_if(*issued, [&](const auto& one) {
    return !client::is_told({one.id, one.issued_at_ms, one.expires_at_ms}, now_ms);
  });
  std::stable_sort(issued->begin(), issued->end(), [](const auto& one, const auto& other) {
    return one.expires_at_ms < other.expires_at_ms;
  });
  if (issued->size() > client::kTokensAskedMax) issued->resize(client::kTokensAskedMax);
  return *std::move(issued);
}

Result<std::vector<client::TokenEnd>> tokens_ending(client::Link& link,
                                                    const settings::Settings& settings) {
  const auto told = tokens_told(settings, link.clock().unix_ms());
  std::vector<std::string> ids;
  for (const auto& one : told) ids.push_back(one.id);
  MUSTER_ASSIGN(auto uses, client::token_uses(link, ids));
  std::vector<client::TokenEnd> tokens;
  for (const auto& one : told) {
    const auto& its = uses[one.id];
    const bool spent = one.uses > 0 && its.names >= one.uses;
    if (!spent && !its.revoked) tokens.push_back({one.id, one.issued_at_ms, one.expires_at_ms});
  }
  return tokens;
}

Status note_endings(const CommonOptions& common, client::Link& link) {
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  auto depends = client::Depends::of(link, settings);
  MUSTER_ASSIGN(depends.tokens, tokens_ending(link, settings));
  for (const auto& ending : client::ending_soon(depends, link.clock().unix_ms()))
    note(client::text_of(ending));
  return {};
}

Result<ExitCode> ping(const CommonOptions& common, const CallOptions& options) {
  MUSTER_ASSIGN(const auto aim, options.aim(""));
  const auto& search = aim.search;
  Conversation talk(common, options.target);
  MUSTER_TRY(talk.open());
  const client::Call call = ping_call(options);
  client::Caller::ResultHandler show;
  if (!common.json) show = [](const client::NodeResult& node) { print(render::ping_line(node)); };
  RemoteCall done;
  done.frame = {.agent = call.agent, .action = call.action, .discovery = {}};
  done.frame.started_at_ms = talk.link().clock().unix_ms();
  const bool all = search.method == Method::automatic && aim.filter->empty() && !search.limit.count;
  MUSTER_ASSIGN(auto pinged,
                all ? ping_all(talk, call, search, show) : ping_some(talk, call, search, show));
  if (common.verbose) note_banned(talk.link());
  if (common.verbose) MUSTER_TRY(note_endings(common, talk.link()));
  talk.leave();
  if (pinged.result.results.empty()) return fail(nothing_discovered(pinged.found, search));
  note_findings(pinged.found);
  done.frame.discovery = name_of(pinged.found.method);
  done.frame.discovery_took = pinged.found.took;
  done.frame.discovered = pinged.result.results.size() - pinged.result.unexpected.size();
  done.frame.undecided = std::move(pinged.found.undecided);
  done.result = std::move(pinged.result);
  if (common.json)
    print_json(render::call_json(done.frame, done.result));
  else
    print_closing(done);
  return exit_code_of(done);
}

}  // namespace

void add_ping(Program& program) {
  const auto options = std::make_shared<CallOptions>();
  Command command =
      add_command(program, program.root(), "ping", "Who answers, how fast, and who is silent",
                  [&program, options] { return ping(program.common, *options); });
  add_call_options(command, *options);
}

}  // namespace muster::cli
