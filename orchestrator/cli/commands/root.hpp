// What the commands below `muster root` share.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/roll_call.hpp"
#include "proto/security/root_statement.hpp"

namespace muster::cli {

// "operators" or "orchestrators"; Errc::config with the nearest for another word.
Result<security::Root> read_root_word(const std::string& word);

// Whom the fleet has: what the question whether a root can go needs.
struct Fleetwide {
  std::vector<std::string> brokers;  // as the configuration names them
  std::vector<std::string>
      orchestrators;                 // that have a certificate; none when it is not known here
  std::vector<std::string> without;  // names that do not count
};
// Of the folder's index; `folder` may hold none.
Result<Fleetwide> fleetwide(const CommonOptions& common, const std::filesystem::path& folder,
                            std::vector<std::string> without);

// Errc::aborted, naming them and what to do, when somebody would not get along without the old root:
// nodes that do not obey the new one, or are not there to say so; of the operators' root, brokers whose
// certificate is not of it; of the orchestrators' root, orchestrators and brokers' watchers that run
// with another certificate, or do not answer.
Status check_root_can_go(client::Link& link, const security::RootStatement& statement,
                         const Fleetwide& fleet);

// For each broker to be told of a root: its watcher hears of it, writes two files, and has it read them.
inline constexpr std::chrono::milliseconds kBrokersPatience{30'000};
// Returns once every broker whose watcher answers lets in who is of that root. Errc::timeout, naming the
// others, after kBrokersPatience; Errc::unavailable when no watcher answers.
Status wait_for_brokers(client::Link& link, const x509::Certificate& root);

// "NAME on HOST", of those that run with another certificate than one of `root`, and the names of those
// that were expected and do not answer.
struct NotOfRoot {
  std::vector<client::OnDuty> orchestrators;
  std::vector<client::OnDuty> watchers;
  std::vector<std::string> silent;
};
Result<NotOfRoot> not_of_root(client::Link& link, const x509::Certificate& root,
                              const std::vector<std::string>& expected);

// Has an orchestrator tell the fleet, and says what `done` says. What the new root has revoked so far, the list in
// `lists` (root.crl or orchestrator-root.crl), goes along: a broker refuses whoever is of a root without a list. Waits
// for the brokers.
Result<ExitCode> push_statement(const CommonOptions& common, const std::string& message,
                                const std::filesystem::path& lists, const std::string& done);

void add_root_show(Program& program, Command parent);
void add_root_rotate(Program& program, Command parent);
void add_root_push(Program& program, Command parent);

}  // namespace muster::cli
