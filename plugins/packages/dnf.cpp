#include "plugins/packages/dnf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::packages {
namespace {

constexpr char kRpmFormat[] = "%{NAME}|%{EPOCHNUM}|%{VERSION}|%{RELEASE}|%{ARCH}\\n";
constexpr char kUpdateFormat[] = "%{name}|%{epoch}|%{version}|%{release}|%{arch}|%{repoid}";
constexpr std::size_t kUpdateParts = 6;

// With an epoch only where there is one, as dnf writes it.
std::string full_version(const PackageState& state) {
  const auto prefix = state.epoch == "0" || state.epoch.empty() ? "" : state.epoch + ":";
  return prefix + state.version + "-" + state.release;
}

class Dnf final : public Provider {
 public:
  Dnf(std::string dnf, std::string rpm) : dnf_(std::move(dnf)), rpm_(std::move(rpm)) {}

  std::string_view name() const override { return "dnf"; }
  Result<PackageState> state(const std::string& package, Deadline deadline) const override;
  Status check_known(const std::string& package, Deadline deadline) const override;
  Result<std::vector<Update>> updates(Deadline deadline) const override;
  Result<std::vector<Found>> search(const std::string& term, Deadline deadline) const override;
  Result<std::vector<std::string>> installed(Deadline deadline) const override;
  Command change(Change change, const std::string& package,
                 const std::string& version) const override;
  Command refresh() const override { return dnf({"--refresh", "makecache"}); }
  std::string reason_in(std::string_view output) const override;

 private:
  Command dnf(std::vector<std::string> words) const;
  // What repoquery says of `packages`, a line each, in the form of `format`.
  Result<std::string> query(std::vector<std::string> words, Deadline deadline) const;
  Result<std::vector<PackageState>> all_installed(Deadline deadline) const;

  const std::string dnf_;
  const std::string rpm_;
};

Command Dnf::dnf(std::vector<std::string> words) const {
  std::vector<std::string> argv{dnf_, "--assumeyes", "--color=never"};
  argv.insert(argv.end(), words.begin(), words.end());
  return {std::move(argv), quiet_environment()};
}

Result<std::string> Dnf::query(std::vector<std::string> words, Deadline deadline) const {
  words.insert(words.begin(), {"--quiet", "repoquery"});
  return output_of(dnf(std::move(words)), deadline);
}

Result<PackageState> Dnf::state(const std::string& package, Deadline deadline) const {
  MUSTER_ASSIGN(const auto query,
                read_from({{rpm_, "--query", "--queryformat", kRpmFormat, "--", package},
                           quiet_environment()},
                          deadline));
  PackageState state;
  state.name = package;
  // Several versions of one may be installed, kernels for instance; the last is the newest.
  for (const auto line : lines_of(query.out))
    if (auto found = rpm_state_in(line)) state = std::move(*found);
  if (!state.installed() && query.out.find("is not installed") == std::string::npos)
    return fail(Errc::aborted, fmt::format("rpm ended with exit code {}: {}", query.exit_code,
                                           query.err.substr(0, 256)));
  return state;
}

Status Dnf::check_known(const std::string& package, Deadline deadline) const {
  MUSTER_ASSIGN(const auto known, query({"--qf", "%{name}", "--", package}, deadline));
  if (!lines_of(known).empty()) return {};
  std::vector<std::string> names;
  if (const auto alike = query({"--qf", "%{name}", "--", package.substr(0, 1) + "*"}, deadline))
    for (const auto line : lines_of(*alike)) names.emplace_back(line);
  const auto near = base::nearest(package, names);
  return fail(Errc::not_found,
              fmt::format("no package {} in the repositories of this node{}", base::quoted(package),
                          near ? fmt::format("; did you mean {}?", base::quoted(*near)) : ""));
}

Result<std::vector<PackageState>> Dnf::all_installed(Deadline deadline) const {
  MUSTER_ASSIGN(const auto list, output_of({{rpm_, "--query", "--all", "--queryformat", kRpmFormat},
                                            quiet_environment()},
                                           deadline));
  std::vector<PackageState> all;
  for (const auto line : lines_of(list))
    if (auto state = rpm_state_in(line)) all.push_back(std::move(*state));
  return all;
}

Result<std::vector<Update>> Dnf::updates(Deadline deadline) const {
  MUSTER_ASSIGN(const auto list,
                query({"--upgrades", "--latest-limit", "1", "--qf", kUpdateFormat}, deadline));
  std::map<std::string, std::string> installed;
  MUSTER_ASSIGN(const auto states, all_installed(deadline));
  for (const auto& state : states) installed[state.name + "." + state.arch] = state.ensure;
  std::vector<Update> updates;
  for (const auto line : lines_of(list)) {
    const auto parts = parts_of(line, '|');
    if (parts.size() != kUpdateParts) continue;
    PackageState next;
    next.epoch = parts[1];
    next.version = parts[2];
    next.release = parts[3];
    const auto name = fmt::format("{}.{}", parts[0], parts[4]);
    updates.push_back(
        {std::string(parts[0]), installed[name], full_version(next), std::string(parts[5])});
  }
  return updates;
}

Result<std::vector<Found>> Dnf::search(const std::string& term, Deadline deadline) const {
  MUSTER_ASSIGN(const auto list,
                query({"--qf", "%{name}|%{summary}", "--latest-limit", "1"}, deadline));
  std::vector<Found> found;
  const auto lower = [](std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  };
  const auto wanted = lower(term);
  for (const auto line : lines_of(list)) {
    if (lower(line).find(wanted) == std::string::npos) continue;
    const auto bar = std::min(line.find('|'), line.size());
    found.push_back({std::string(line.substr(0, bar)),
                     std::string(line.substr(std::min(line.size(), bar + 1)))});
  }
  return found;
}

Result<std::vector<std::string>> Dnf::installed(Deadline deadline) const {
  MUSTER_ASSIGN(const auto states, all_installed(deadline));
  std::vector<std::string> names;
  for (const auto& state : states)
    names.push_back(fmt::format("{} {} {}", state.name, state.ensure, state.arch));
  std::sort(names.begin(), names.end());
  return names;
}

Command Dnf::change(Change change, const std::string& package, const std::string& version) const {
  const auto named = version.empty() ? package : package + "-" + version;
  switch (change) {
    case Change::install:
      return dnf({"install", "--", named});
    case Change::update:
      // A version that is named may be an older one.
      return dnf({version.empty() ? "upgrade" : "install", "--", named});
    case Change::uninstall:
    case Change::purge:  // rpm knows no difference
      return dnf({"remove", "--", package});
  }
  return {};
}

std::string Dnf::reason_in(std::string_view output) const {
  std::string reason;
  for (const auto line : lines_of(output))
    if (line.starts_with("Error") || line.starts_with("No match for argument") ||
        line.starts_with(" Problem") || line.starts_with("  - "))
      reason += fmt::format("{}{}", reason.empty() ? "" : "\n", line);
  return reason;
}

}  // namespace

std::optional<PackageState> rpm_state_in(std::string_view line) {
  const auto parts = parts_of(line, '|');
  if (parts.size() != 5) return std::nullopt;
  PackageState state;
  state.name = parts[0];
  state.epoch = parts[1];
  state.version = parts[2];
  state.release = parts[3];
  state.arch = parts[4];
  state.ensure = full_version(state);
  return state;
}

Command dnf_clean(const Programs& programs, const std::string& mode) {
  return {{programs.find("dnf").value_or("dnf"), "--assumeyes", "clean", mode},
          quiet_environment()};
}

std::unique_ptr<Provider> make_dnf(const Programs& programs) {
  auto dnf = programs.find("dnf");
  auto rpm = programs.find("rpm");
  if (!dnf || !rpm) return nullptr;
  return std::make_unique<Dnf>(std::move(*dnf), std::move(*rpm));
}

}  // namespace muster::packages
