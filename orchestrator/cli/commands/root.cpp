// muster root: the roots of operators and of orchestrators, and how one follows the other.
#include "orchestrator/cli/commands/root.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/broker_chain.hpp"
#include "orchestrator/client/hand_over.hpp"
#include "orchestrator/client/root_reach.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t kNamesShown = 20;

void add_names(std::string& out, std::vector<std::string> names, std::string_view why,
               const std::vector<std::string>& without) {
  std::erase_if(names, [&](const auto& name) {
    return std::find(without.begin(), without.end(), name) != without.end();
  });
  if (names.empty()) return;
  const auto more = names.size() > kNamesShown ? names.size() - kNamesShown : 0;
  names.resize(names.size() - more);
  out += fmt::format("\n{} {}: {}{}", names.size() + more, why, fmt::join(names, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

void add_running_of(std::string& out, const std::vector<client::OnDuty>& running,
                    std::string_view why, std::string_view remedy,
                    const std::vector<std::string>& without) {
  std::vector<std::string> places;
  for (const auto& one : running)
    if (std::find(without.begin(), without.end(), one.name) == without.end())
      places.push_back(render::one_line(fmt::format("{} on {}", one.name, one.host)));
  if (places.empty()) return;
  add_names(out, std::move(places), why, {});
  out += fmt::format("\n  {}", remedy);
}

// As the configuration says it, "HOST:PORT", or its host alone.
bool is_left_out(const std::string& broker, const std::vector<std::string>& without) {
  const auto host = broker.substr(0, broker.rfind(':'));
  return std::any_of(without.begin(), without.end(),
                     [&](const std::string& name) { return name == broker || name == host; });
}

// Those whose certificate needs the old root, and those that cannot be asked for theirs.
void add_brokers(std::string& left, const x509::Certificate& root, const Fleetwide& fleet) {
  std::vector<std::string> behind;
  std::vector<std::string> silent;
  for (const auto& broker : fleet.brokers) {
    if (is_left_out(broker, fleet.without)) continue;
    const auto chain = client::broker_chain(broker);
    if (!chain)
      silent.push_back(fmt::format("{} ({})", broker, chain.error().message));
    else if (!chain->front().issued_by(root))
      behind.push_back(broker);
  }
  add_names(left, std::move(behind), "brokers with a certificate of the old root", {});
  add_names(left, std::move(silent), "brokers of the configuration that show no certificate", {});
}

// The statement may be on its way to us still.
Status publish_list_of(client::Link& link, const std::string& statement,
                       const x509::RevocationList& list) {
  MUSTER_TRY(link.wait_trust());
  if (link.roots() != nullptr) MUSTER_TRY(link.take_root_statement(statement));
  return client::hand_over(link, list);
}

// Those who would be shut out with the orchestrators' old root.
Status add_running(std::string& left, client::Link& link, const x509::Certificate& root,
                   const Fleetwide& fleet) {
  MUSTER_ASSIGN(const auto behind, not_of_root(link, root, fleet.orchestrators));
  add_running_of(left, behind.orchestrators, "orchestrators run with another root's certificate",
                 "'muster orchestrator renew NAME', carry NAME.pem there, then SIGHUP to it",
                 fleet.without);
  add_running_of(left, behind.watchers, "brokers' watchers run with another root's certificate",
                 "'muster broker renew broker-watcher', carry watcher.pem there, then "
                 "SIGHUP to 'muster broker watch'",
                 fleet.without);
  add_names(left, behind.silent,
            "orchestrators or watchers that do not answer, to be started, or revoked when they are "
            "no more",
            fleet.without);
  return {};
}

}  // namespace

Result<security::Root> read_root_word(const std::string& word) {
  if (const auto root = security::root_from(word)) return *root;
  return fail(Errc::config, fmt::format("{} is no root{}", base::quoted(word),
                                        base::hint_for(word, {"operators", "orchestrators"})));
}

Status check_root_can_go(client::Link& link, const security::RootStatement& statement,
                         const Fleetwide& fleet) {
  MUSTER_ASSIGN(const auto reach, client::root_reach(link, {statement.new_root}));
  std::string left;
  add_names(left, reach.front().lack, "on the bus without the new root", fleet.without);
  add_names(left, reach.front().away, "provisioned and not on the bus", fleet.without);
  if (statement.root == security::Root::operators) {
    add_brokers(left, statement.new_root, fleet);
  } else {
    MUSTER_TRY(add_running(left, link, statement.new_root, fleet));
  }
  if (left.empty()) return {};
  return fail(Errc::aborted,
              fmt::format("{} cannot go yet:{}\n'--without NAME' leaves one out; a node learns of "
                          "the new root when it comes, while the old one is valid",
                          base::quoted(statement.old_root.common_name()), left));
}

Result<ExitCode> push_statement(const CommonOptions& common, const std::string& message,
                                const std::filesystem::path& lists, const std::string& done) {
  MUSTER_ASSIGN(const auto said, security::read_root_statement(message));
  MUSTER_ASSIGN(const auto all, authority::read_lists(lists));
  const auto its = authority::list_of(all, said.new_root);
  MUSTER_ASSIGN(const auto told,
                ask_and_show(common,
                             {.action = "root_push",
                              .arguments = {{"statement", base::to_base64url(message)}},
                              .timeout = std::chrono::minutes(2)},
                             [&](const client::ControlAnswer&) { return done; }));
  if (told != ExitCode::ok || said.finished || !its) return told;
  MUSTER_ASSIGN(const auto link, connect(common));
  const auto published = publish_list_of(*link, message, *its);
  if (!published) {
    note(fmt::format(
        "brokers do not let in who is of {} until they have its revocation list: {}; hand "
        "it over with 'muster trust publish {}'",
        base::quoted(said.new_root.common_name()), published.error().message, lists.string()));
    return ExitCode::failed;
  }
  const auto known = wait_for_brokers(*link, said.new_root);
  if (known) return told;
  note(known.error().message);
  return ExitCode::failed;
}

void add_root(Program& program) {
  const Command group =
      add_group(program, "root", "The roots that operators and orchestrators obey");
  calls_no_node(program, group);
  add_root_show(program, group);
  add_root_rotate(program, group);
  add_root_push(program, group);
}

}  // namespace muster::cli
