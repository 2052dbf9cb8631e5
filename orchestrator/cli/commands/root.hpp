// What the commands below `muster root` share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/security/root_statement.hpp"

namespace muster::cli {

// "operators" or "orchestrators"; Errc::config with the nearest for another word.
Result<security::Root> read_root_word(const std::string& word);

// Errc::aborted, naming them, when nodes or brokers would not get along without the old root: those
// that do not obey the new one, or are not there to say so, and brokers whose certificate is not of
// it. `without`: names that do not count.
Status check_root_can_go(client::Link& link, const security::RootStatement& statement,
                         const std::vector<std::string>& brokers,
                         const std::vector<std::string>& without);

// Has an orchestrator tell the fleet, and says what `done` says. What the new root has revoked so far, the list in
// `lists` (root.crl or orchestrator-root.crl), goes along: a broker refuses whoever is of a root without a list.
Result<ExitCode> push_statement(const CommonOptions& common, const std::string& message,
                                const std::filesystem::path& lists, const std::string& done);

void add_root_show(Program& program, Command parent);
void add_root_rotate(Program& program, Command parent);
void add_root_push(Program& program, Command parent);

}  // namespace muster::cli
