#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/group_file.hpp"
#include "orchestrator/authority/issuers.hpp"
#include "orchestrator/cli/commands/members.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

using authority::Listed;
using Groups = std::map<std::string, std::vector<std::string>>;

struct ListOptions {
  security::Role role = security::Role::none;
  std::string name;  // empty: all
  bool all = false;  // those that count no more, too
  std::filesystem::path folder;
};

std::string certificate_text(const Listed& listed, const std::vector<std::string>& groups) {
  const auto& [issued, state] = listed;
  const auto& certificate = issued.certificate;
  auto role = issued.role;
  if (!groups.empty()) role += fmt::format(", in {}", fmt::join(groups, " "));
  if (!issued.hosts.empty()) role += fmt::format(", for {}", fmt::join(issued.hosts, " "));
  return fmt::format("{}\n   {}, until {}\n   {}, of {}\n   serial {}\n   {}\n",
                     render::one_line(issued.name), authority::name_of(state),
                     base::iso8601(certificate.not_after_ms()).substr(0, 10),
                     render::one_line(role), render::one_line(certificate.issuer_common_name()),
                     certificate.serial_hex(), certificate.fingerprint());
}

std::vector<std::string> groups_of_one(const Groups& groups, const Listed& listed) {
  const auto found = groups.find(listed.issued.name);
  const bool may = listed.issued.role == name_of(security::Role::operator_);
  return may && found != groups.end() ? found->second : std::vector<std::string>{};
}

// What an issuer may make tokens for; nothing for others.
Result<std::optional<security::IssuerLimits>> limits_of(const Listed& listed) {
  if (listed.issued.role != name_of(security::Role::issuer)) return std::nullopt;
  MUSTER_ASSIGN(auto limits, security::limits_of(listed.issued.certificate));
  return limits;
}

std::string count_of(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string words_of(const security::IssuerLimits& limits) {
  constexpr std::int64_t kDayS = 86'400;
  const auto uses = limits.uses == 0 ? std::string("any number of uses")
                                     : count_of(limits.uses, "use") + " at most";
  const auto life = limits.life_s % kDayS == 0 ? count_of(limits.life_s / kDayS, "day")
                                               : fmt::format("{} s", limits.life_s);
  auto text = fmt::format("   tokens for {}\n   {}, {} at most", fmt::join(limits.identities, " "),
                          uses, life);
  if (limits.master) text += ", for masters";
  if (limits.replace) text += ", that replace";
  if (!limits.extensions.empty())
    text += fmt::format("\n   with extensions {}", fmt::join(limits.extensions, " "));
  return render::printable(text) + "\n";
}

bool is_wanted(const Listed& listed, const ListOptions& options) {
  if (listed.issued.role != security::name_of(options.role)) return false;
  if (!options.name.empty()) return listed.issued.name == options.name;
  using State = authority::CertificateState;
  return options.all || listed.state == State::current || listed.state == State::replaced;
}

Status check_found(const authority::Index& index, const ListOptions& options, bool found) {
  if (found || options.name.empty()) return {};
  std::vector<std::string> names;
  for (const auto& listed : index.certificates)
    if (listed.issued.role == security::name_of(options.role)) names.push_back(listed.issued.name);
  return fail(Errc::not_found,
              fmt::format("there is no {} {}{}", security::name_of(options.role),
                          base::quoted(options.name), base::hint_for(options.name, names)));
}

Result<ExitCode> list_members(const CommonOptions& common, const ListOptions& options) {
  MUSTER_ASSIGN(const auto folder, authority_folder(common, options.folder));
  MUSTER_ASSIGN(const auto index, authority::read_index(folder, base::SystemClock().unix_ms()));
  MUSTER_ASSIGN(const auto groups, authority::groups_of(folder / authority::kGroupsFile));
  for (const auto& problem : index.problems) note(render::one_line("left out: " + problem));
  Value document = Value::array();
  std::string text;
  for (const auto& listed : index.certificates) {
    if (!is_wanted(listed, options)) continue;
    const auto its_groups = groups_of_one(groups, listed);
    auto json = certificate_json(listed, its_groups);
    text += certificate_text(listed, its_groups);
    MUSTER_ASSIGN(const auto limits, limits_of(listed));
    if (limits) {
      json["limits"] = Value::parse(security::limits_text(*limits));
      text += words_of(*limits);
    }
    document.push_back(std::move(json));
  }
  MUSTER_TRY(check_found(index, options, !document.empty()));
  if (common.json)
    print_json({{"certificates", std::move(document)}});
  else
    print(text);
  return ExitCode::ok;
}

}  // namespace

void add_member_list(Program& program, Command group, security::Role role) {
  const auto options = std::make_shared<ListOptions>();
  options->role = role;
  Command command =
      add_command(program, group, "list", "The certificates that were issued",
                  [&program, options] { return list_members(program.common, *options); });
  command.flag("--all", options->all, "Expired and revoked ones too");
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
}

void add_member_show(Program& program, Command group, security::Role role) {
  const auto options = std::make_shared<ListOptions>();
  options->role = role;
  options->all = true;
  Command command =
      add_command(program, group, "show", "All certificates of one name, the newest last",
                  [&program, options] { return list_members(program.common, *options); });
  command.option("name", options->name, "Whose").required().type("NAME");
  command.option("--dir", options->folder, "Folder of the root; else the configuration's")
      .type("DIR");
}

}  // namespace muster::cli
