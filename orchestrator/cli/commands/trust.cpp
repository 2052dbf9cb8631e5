#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> add_ca(const CommonOptions& common, const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto ca, x509::Certificate::from_file(file));
  if (!ca.is_ca())
    return fail(Errc::invalid_data, fmt::format("{}: {} is not a CA's certificate", file.string(),
                                                render::one_line(ca.subject())));
  return ask_and_show(common, {.action = "trust_add", .arguments = {{"certificate", ca.pem()}}},
                      [&](const client::ControlAnswer&) {
                        return fmt::format("Nodes of {} are trusted from now on\n{}\n",
                                           render::one_line(ca.subject()), ca.fingerprint());
                      });
}

Value ca_json(const x509::Certificate& ca) {
  return {{"fingerprint", ca.fingerprint()},
          {"subject", ca.subject()},
          {"expires_at", base::iso8601(ca.not_after_ms())}};
}

Result<ExitCode> list_cas(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->settle());
  const auto anchors = link->nodes().anchors();
  if (common.json) {
    Value cas = Value::array();
    for (const auto& ca : anchors) cas.push_back(ca_json(ca));
    print_json({{"cas", std::move(cas)}});
    return ExitCode::ok;
  }
  if (anchors.empty()) {
    note("no Puppet CA is trusted; masters with a token bring theirs, or 'muster trust add FILE'");
    return ExitCode::ok;
  }
  std::string out;
  for (const auto& ca : anchors)
    out += fmt::format("{}\n   until {}\n   {}\n", render::one_line(ca.subject()),
                       base::iso8601(ca.not_after_ms()).substr(0, 10), ca.fingerprint());
  print(out);
  return ExitCode::ok;
}

}  // namespace

void add_trust(Program& program) {
  const Command group = add_group(program, "trust", "Puppet CAs whose nodes are believed");
  calls_no_node(program, group);
  const auto file = std::make_shared<std::filesystem::path>();
  Command add_it = add_command(program, group, "add", "Trust a Puppet CA, on the whole bus",
                               [&program, file] { return add_ca(program.common, *file); });
  add_it.option("file", *file, "Its certificate, PEM").required().type("FILE");
  add_trust_remove(program, group);
  add_command(program, group, "list", "The Puppet CAs that are trusted",
              [&program] { return list_cas(program.common); });
}

}  // namespace muster::cli
