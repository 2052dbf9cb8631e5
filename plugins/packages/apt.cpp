#include "plugins/packages/apt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::packages {
namespace {

constexpr char kStateFormat[] =
    "--showformat=${db:Status-Abbrev}|${Version}|${Architecture}|${Package}\\n";
// Characters of db:Status-Abbrev, "ii ": what is wanted, what is, and whether it is broken.
constexpr std::size_t kStatusAt = 1;

class Apt final : public Provider {
 public:
  Apt(std::string apt_get, std::string apt_cache, std::string dpkg_query)
      : apt_get_(std::move(apt_get)),
        apt_cache_(std::move(apt_cache)),
        dpkg_query_(std::move(dpkg_query)) {}

  std::string_view name() const override { return "apt"; }
  Result<PackageState> state(const std::string& package, Deadline deadline) const override;
  Status check_known(const std::string& package, Deadline deadline) const override;
  Result<std::vector<Update>> updates(Deadline deadline) const override;
  Result<std::vector<Found>> search(const std::string& term, Deadline deadline) const override;
  Result<std::vector<std::string>> installed(Deadline deadline) const override;
  Command change(Change change, const std::string& package,
                 const std::string& version) const override;
  Command refresh() const override;
  std::string reason_in(std::string_view output) const override;

 private:
  static Command command(std::vector<std::string> argv) {
    return {std::move(argv), quiet_environment()};
  }
  Command apt_get(std::vector<std::string> words) const;

  const std::string apt_get_;
  const std::string apt_cache_;
  const std::string dpkg_query_;
};

// One line of dpkg-query's, in kStateFormat.
std::optional<PackageState> state_in(std::string_view line) {
  const auto parts = parts_of(line, '|');
  if (parts.size() != 4 || parts[0].size() <= kStatusAt) return std::nullopt;
  PackageState state;
  state.name = parts[3];
  const char is = parts[0][kStatusAt];
  if (is == 'n') state.ensure = "purged";
  if (is == 'n' || is == 'c') return state;
  state.ensure = parts[1];
  state.arch = parts[2];
  state.broken = std::string_view("HUF").find(is) != std::string_view::npos;
  split_deb_version(state);
  return state;
}

Result<PackageState> Apt::state(const std::string& package, Deadline deadline) const {
  MUSTER_ASSIGN(const auto query,
                read_from(command({dpkg_query_, "--show", kStateFormat, "--", package}), deadline));
  PackageState best;
  best.name = package;
  best.ensure = "purged";
  if (query.exit_code > 1)
    return fail(Errc::aborted, fmt::format("dpkg-query ended with exit code {}: {}",
                                           query.exit_code, query.err.substr(0, 256)));
  // One line an architecture; the one that is installed counts.
  for (const auto line : lines_of(query.out)) {
    auto state = state_in(line);
    if (!state) continue;
    if (state->installed()) return std::move(*state);
    if (state->ensure == "absent") best = std::move(*state);
  }
  return best;
}

Status Apt::check_known(const std::string& package, Deadline deadline) const {
  MUSTER_ASSIGN(const auto policy,
                output_of(command({apt_cache_, "policy", "--", package}), deadline));
  // For a name that it does not know, apt tells of those that match it as a regular expression.
  const bool known = policy.starts_with(package.substr(0, package.find(':')) + ":");
  if (known && policy.find("Candidate: (none)") != std::string::npos)
    return fail(Errc::not_found,
                fmt::format("there is nothing to install for {}; it may be a virtual package: name "
                            "one that provides it",
                            base::quoted(package)));
  if (known && policy.find("Candidate: ") != std::string::npos) return {};
  // What begins alike is enough to find a slip of the hand, and not 60,000 names.
  std::vector<std::string> names;
  if (const auto alike =
          output_of(command({apt_cache_, "pkgnames", package.substr(0, 1)}), deadline))
    for (const auto line : lines_of(*alike)) names.emplace_back(line);
  const auto near = base::nearest(package, names);
  return fail(Errc::not_found,
              fmt::format("no package {} in the lists of this node{}", base::quoted(package),
                          near ? fmt::format("; did you mean {}?", base::quoted(*near))
                               : "; they may be old: action refresh fetches them anew"));
}

Result<std::vector<Update>> Apt::updates(Deadline deadline) const {
  MUSTER_ASSIGN(const auto plan, output_of(command({apt_get_, "-q", "--simulate", "-o",
                                                    "Debug::NoLocking=true", "dist-upgrade"}),
                                           deadline));
  std::vector<Update> updates;
  for (const auto line : lines_of(plan))
    if (auto update = apt_update_in(line)) updates.push_back(std::move(*update));
  return updates;
}

Result<std::vector<Found>> Apt::search(const std::string& term, Deadline deadline) const {
  std::string pattern;  // apt-cache takes a regular expression
  for (const char c : term) {
    if (c == '.' || c == '+') pattern += '\\';
    pattern += c;
  }
  MUSTER_ASSIGN(const auto list,
                output_of(command({apt_cache_, "search", "--", pattern}), deadline));
  std::vector<Found> found;
  for (const auto line : lines_of(list)) {
    const auto dash = line.find(" - ");
    found.push_back({std::string(line.substr(0, dash)),
                     std::string(dash == std::string_view::npos ? "" : line.substr(dash + 3))});
  }
  return found;
}

Result<std::vector<std::string>> Apt::installed(Deadline deadline) const {
  MUSTER_ASSIGN(const auto list,
                output_of(command({dpkg_query_, "--show", kStateFormat}), deadline));
  std::vector<std::string> names;
  for (const auto line : lines_of(list))
    if (const auto state = state_in(line); state && state->installed())
      names.push_back(fmt::format("{} {} {}", state->name, state->ensure, state->arch));
  std::sort(names.begin(), names.end());
  return names;
}

Command Apt::apt_get(std::vector<std::string> words) const {
  std::vector<std::string> argv{
      apt_get_, "-q", "--yes", "-o", fmt::format("DPkg::Lock::Timeout={}", kAptLockPatienceSeconds),
      "-o", "Dpkg::Use-Pty=0", "-o",
      // Changed configuration files stay as they are.
      "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold"};
  argv.insert(argv.end(), words.begin(), words.end());
  return command(std::move(argv));
}

Command Apt::change(Change change, const std::string& package, const std::string& version) const {
  const auto named = version.empty() ? package : package + "=" + version;
  switch (change) {
    case Change::install:
      return apt_get({"--allow-downgrades", "install", "--", named});
    case Change::update:
      return apt_get({"--allow-downgrades", "--only-upgrade", "install", "--", named});
    case Change::uninstall:
      return apt_get({"remove", "--", package});
    case Change::purge:
      return apt_get({"purge", "--", package});
  }
  return {};
}

Command Apt::refresh() const {
  // Lists that could not be fetched are a failure, not a warning.
  return apt_get({"-o", "APT::Update::Error-Mode=any", "update"});
}

std::string Apt::reason_in(std::string_view output) const {
  std::string reason;
  for (const auto line : lines_of(output))
    if (line.starts_with("E: ") || line.starts_with("dpkg: error"))
      reason += fmt::format("{}{}", reason.empty() ? "" : "\n", line);
  return reason;
}

}  // namespace

std::optional<Update> apt_update_in(std::string_view line) {
  constexpr std::string_view kInstall = "Inst ";
  if (!line.starts_with(kInstall)) return std::nullopt;
  const auto old_at = line.find(" [");
  const auto old_end = line.find("] (");
  const auto end = line.rfind(')');
  if (old_at == std::string_view::npos || old_end == std::string_view::npos ||
      end == std::string_view::npos || old_at > old_end || old_end + 3 > end)
    return std::nullopt;
  const auto inner = line.substr(old_end + 3, end - old_end - 3);
  const auto version_end = inner.find(' ');
  if (version_end == std::string_view::npos) return std::nullopt;
  auto repository = inner.substr(version_end + 1);
  repository = repository.substr(0, repository.rfind(" ["));
  return Update{std::string(line.substr(kInstall.size(), old_at - kInstall.size())),
                std::string(line.substr(old_at + 2, old_end - old_at - 2)),
                std::string(inner.substr(0, version_end)), std::string(repository)};
}

void split_deb_version(PackageState& state) {
  std::string_view rest = state.ensure;
  state.version = state.ensure;
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    state.epoch = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  if (const auto dash = rest.rfind('-'); dash != std::string_view::npos)
    state.release = rest.substr(dash + 1);
}

std::unique_ptr<Provider> make_apt(const Programs& programs) {
  auto apt_get = programs.find("apt-get");
  auto apt_cache = programs.find("apt-cache");
  auto dpkg_query = programs.find("dpkg-query");
  if (!apt_get || !apt_cache || !dpkg_query) return nullptr;
  return std::make_unique<Apt>(std::move(*apt_get), std::move(*apt_cache), std::move(*dpkg_query));
}

}  // namespace muster::packages
