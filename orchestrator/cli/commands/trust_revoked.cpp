// muster trust revoked: whose certificates the roots have revoked, as the bus tells it.
#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

Value list_json(const security::HeldList& held) {
  Value certificates = Value::array();
  for (const auto& [serial, revoked] : held.list.entries())
    certificates.push_back({{"serial", serial},
                            {"revoked_at", base::iso8601(revoked.at_ms)},
                            {"reason", name_of(revoked.reason)}});
  return {{"issuer", held.list.issuer_common_name()},
          {"root", held.anchor},
          {"number", held.list.number()},
          {"made_at", base::iso8601(held.list.at_ms())},
          {"certificates", std::move(certificates)}};
}

std::string list_text(const security::HeldList& held) {
  auto out = fmt::format("{}, list {}\n", render::one_line(held.list.issuer_common_name()),
                         held.list.number());
  if (held.list.entries().empty()) out += "   nobody\n";
  for (const auto& [serial, revoked] : held.list.entries())
    out += fmt::format("   {}  {}  {}\n", serial, base::iso8601(revoked.at_ms).substr(0, 10),
                       name_of(revoked.reason));
  return out;
}

Result<ExitCode> show_revoked(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->wait_trust());
  const auto lists = link->operators().lists();
  if (common.json) {
    Value all = Value::array();
    for (const auto& held : lists) all.push_back(list_json(held));
    print_json({{"lists", std::move(all)}});
    return ExitCode::ok;
  }
  if (lists.empty()) note("no certificate has been revoked");
  std::string out;
  for (const auto& held : lists) out += list_text(held);
  print(out);
  return ExitCode::ok;
}

}  // namespace

void add_trust_revoked(Program& program, Command parent) {
  add_command(program, parent, "revoked",
              "Certificates of operators, orchestrators and issuers that are refused",
              [&program] { return show_revoked(program.common); });
}

}  // namespace muster::cli
