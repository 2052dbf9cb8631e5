// What `muster operator`, `orchestrator`, `issuer` and `broker` have in common: certificates that an
// authority's folder issued.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/cli/program.hpp"
#include "proto/base/value.hpp"
#include "proto/security/role.hpp"

namespace muster::cli {

// `given`, else the configuration's.
Result<std::filesystem::path> authority_folder(const CommonOptions& common,
                                               const std::filesystem::path& given);
// --ttl; nothing when it is empty.
Result<std::optional<std::chrono::seconds>> read_ttl(const std::string& ttl);

Value certificate_json(const authority::Listed& listed, const std::vector<std::string>& groups);
// The paths of what was made, or the same as JSON.
void show_made(const CommonOptions& common, const std::string& name, security::Role role,
               const authority::Member& made);

void add_member_create(Program& program, Command group, security::Role role);
void add_member_list(Program& program, Command group, security::Role role);
void add_member_show(Program& program, Command group, security::Role role);
void add_member_renew(Program& program, Command group, security::Role role);

}  // namespace muster::cli
