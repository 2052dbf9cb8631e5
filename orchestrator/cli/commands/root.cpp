// muster root: the roots of operators and of orchestrators, and how one follows the other.
#include "orchestrator/cli/commands/root.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
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

// Those whose certificate needs the old root.
Result<std::vector<std::string>> brokers_without(const std::vector<std::string>& brokers,
                                                 const x509::Certificate& root) {
  std::vector<std::string> left;
  for (const auto& broker : brokers) {
    MUSTER_ASSIGN(const auto chain, client::broker_chain(broker));
    if (!chain.front().issued_by(root)) left.push_back(broker);
  }
  return left;
}

// The statement may be on its way to us still.
Status publish_list_of(const CommonOptions& common, const std::string& statement,
                       const x509::RevocationList& list) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->settle());
  if (link->roots() != nullptr) MUSTER_TRY(link->take_root_statement(statement));
  return client::hand_over(*link, list);
}

}  // namespace

Result<security::Root> read_root_word(const std::string& word) {
  if (const auto root = security::root_from(word)) return *root;
  return fail(Errc::config, fmt::format("{} is no root{}", base::quoted(word),
                                        base::hint_for(word, {"operators", "orchestrators"})));
}

Status check_root_can_go(client::Link& link, const security::RootStatement& statement,
                         const std::vector<std::string>& brokers,
                         const std::vector<std::string>& without) {
  MUSTER_ASSIGN(const auto reach, client::root_reach(link, {statement.new_root}));
  std::string left;
  add_names(left, reach.front().lack, "on the bus without the new root", without);
  add_names(left, reach.front().away, "provisioned and not on the bus", without);
  if (statement.root == security::Root::operators) {
    MUSTER_ASSIGN(auto behind, brokers_without(brokers, statement.new_root));
    add_names(left, std::move(behind), "brokers with a certificate of the old root", without);
  }
  if (left.empty()) return {};
  return fail(Errc::aborted,
              fmt::format("{} cannot go yet:{}\n'--without NAME' leaves one out: it learns of the "
                          "new root when it comes, while the old one is valid",
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
  const auto published = publish_list_of(common, message, *its);
  if (published) return told;
  note(fmt::format(
      "brokers do not let in who is of {} until they have its revocation list: {}; hand "
      "it over with 'muster trust publish {}'",
      base::quoted(said.new_root.common_name()), published.error().message, lists.string()));
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
