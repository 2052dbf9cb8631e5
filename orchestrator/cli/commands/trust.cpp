// muster trust: which Puppet CAs are believed, and whose names they may issue.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/trust.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

struct TrustOptions {
  std::filesystem::path file;
  std::vector<std::string> names;
  std::string master;
};

Result<ExitCode> add_ca(const CommonOptions& common, const TrustOptions& options) {
  MUSTER_ASSIGN(const auto ca, x509::Certificate::from_file(options.file));
  const auto checked = admission::check_endorsement(
      {.certificate = ca, .master = options.master, .patterns = options.names});
  if (!checked) return fail(checked.error().within(options.file.string()));
  Value inputs{{"certificate", ca.pem()}, {"names", options.names}};
  if (!options.master.empty()) inputs["master"] = options.master;
  return ask_and_show(common, {.action = "trust_add", .arguments = std::move(inputs)},
                      [&](const client::ControlAnswer&) {
                        return fmt::format("Nodes of {} are trusted from now on\n{}\n",
                                           render::one_line(ca.subject()), ca.fingerprint());
                      });
}

}  // namespace

Value ca_json(const x509::Certificate& ca, const std::optional<client::Endorsement>& endorsement) {
  Value json{{"fingerprint", ca.fingerprint()},
             {"subject", ca.subject()},
             {"expires_at", base::iso8601(ca.not_after_ms())}};
  if (!endorsement) return json;
  json["master"] = endorsement->master;
  json["names"] = endorsement->patterns;
  json["facts"] = endorsement->facts;
  json["number"] = endorsement->number;
  json["endorsed_by"] = endorsement->endorsed_by;
  json["endorsed_until"] = base::iso8601(endorsement->ends_at_ms);
  if (endorsement->is_retired()) {
    json["retired_by"] = endorsement->retired_by;
    json["retired_at"] = base::iso8601(endorsement->retired_at_ms);
  }
  return json;
}

std::string ca_text(const x509::Certificate& ca,
                    const std::optional<client::Endorsement>& endorsement) {
  auto out = fmt::format("{}\n   until {}\n", render::one_line(ca.subject()),
                         base::iso8601(ca.not_after_ms()).substr(0, 10));
  if (endorsement)
    out += fmt::format("   {}, for {}\n",
                       endorsement->master.empty() ? "no master" : "master " + endorsement->master,
                       fmt::join(endorsement->patterns, " "));
  if (endorsement && endorsement->is_retired())
    out += fmt::format("   retired by {} on {}: see 'muster master list'\n",
                       render::one_line(endorsement->retired_by),
                       base::iso8601(endorsement->retired_at_ms).substr(0, 10));
  return out + fmt::format("   {}\n", ca.fingerprint());
}

namespace {

Result<ExitCode> list_cas(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->wait_trust());
  const auto anchors = link->nodes().anchors();
  if (common.json) {
    Value cas = Value::array();
    for (const auto& ca : anchors)
      cas.push_back(ca_json(ca, link->endorsements().find(ca.fingerprint())));
    print_json({{"cas", std::move(cas)}});
    return ExitCode::ok;
  }
  if (anchors.empty()) {
    note("no Puppet CA is trusted; masters with a token bring theirs, or 'muster trust add FILE'");
    return ExitCode::ok;
  }
  std::string out;
  for (const auto& ca : anchors) out += ca_text(ca, link->endorsements().find(ca.fingerprint()));
  print(out);
  return ExitCode::ok;
}

}  // namespace

void add_trust(Program& program) {
  const Command group = add_group(program, "trust", "Puppet CAs whose nodes are believed");
  calls_no_node(program, group);
  const auto options = std::make_shared<TrustOptions>();
  Command add_it = add_command(program, group, "add", "Trust a Puppet CA, on the whole bus",
                               [&program, options] { return add_ca(program.common, *options); });
  add_it.option("file", options->file, "Its certificate, PEM").required().type("FILE");
  add_it.option("--names", options->names, "Names that it may issue, '*' for all")
      .required()
      .one_word_each()
      .type("PATTERN");
  add_it.option("--master", options->master, "The master that speaks for it").type("NAME");
  add_approval_options(add_it, program.common.approval);
  add_trust_remove(program, group);
  add_trust_show(program, group);
  add_trust_renew(program, group);
  add_trust_revoked(program, group);
  add_trust_publish(program, group);
  add_command(program, group, "list", "The Puppet CAs that are trusted",
              [&program] { return list_cas(program.common); });
}

}  // namespace muster::cli
