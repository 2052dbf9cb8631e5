#include "orchestrator/broker/access_of_banned.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <sstream>

#include "proto/base/files.hpp"

namespace muster::broker {
namespace {

// On lines of their own around the banned ones, in front of everything else.
constexpr std::string_view kBegin = "# Banned; written by `muster broker watch`.\n";
constexpr std::string_view kEnd = "# End of the banned ones.\n";
constexpr std::string_view kUser = "user ";
constexpr mode_t kAccessListMode = 0640;

struct Parts {
  std::string_view banned;
  std::string_view rest;
};

Parts parts_of(std::string_view text) {
  const auto end = text.find(kEnd);
  if (!text.starts_with(kBegin) || end == std::string_view::npos) return {{}, text};
  return {text.substr(kBegin.size(), end - kBegin.size()), text.substr(end + kEnd.size())};
}

// A name is one line of the file and nothing else of its syntax.
bool can_stand_there(const std::string& name) {
  return !name.empty() && name.find_first_of("\r\n") == std::string::npos;
}

// A watcher that runs as root must leave the broker a file that it can read: the folder's owner is the broker's user.
Status write_list(const std::filesystem::path& file, const std::string& text) {
  MUSTER_TRY(base::write_file(file, text, kAccessListMode));
  if (::geteuid() != 0) return {};
  struct stat folder {};
  if (::stat(file.parent_path().c_str(), &folder) == 0 &&
      ::chown(file.c_str(), folder.st_uid, folder.st_gid) == 0)
    return {};
  return fail(Errc::io, fmt::format("cannot give {} to the broker's user: {}", file.string(),
                                    std::strerror(errno)));
}

}  // namespace

std::string with_bans(std::string_view access_list, const std::vector<std::string>& names) {
  const auto rest = parts_of(access_list).rest;
  std::string denied;
  for (const auto& name : names)
    if (can_stand_there(name)) denied.append(kUser).append(name).append("\ntopic deny #\n");
  if (denied.empty()) return std::string(rest);
  return std::string(kBegin) + denied + std::string(kEnd) + std::string(rest);
}

std::vector<std::string> bans_in(std::string_view access_list) {
  std::vector<std::string> names;
  std::istringstream lines{std::string(parts_of(access_list).banned)};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(kUser)) names.push_back(line.substr(kUser.size()));
  return names;
}

Result<bool> deny_banned(const BrokerFolder& folder, const KnownBans& known) {
  bool changed = false;
  for (const auto listener : {"nodes", "masters"}) {
    const auto file = folder.access_list(listener);
    MUSTER_ASSIGN(const auto there, base::read_file(file, kAccessListMaxBytes));
    std::set<std::string> names(known.banned.begin(), known.banned.end());
    for (const auto& name : bans_in(there))
      if (std::find(known.lifted.begin(), known.lifted.end(), name) == known.lifted.end())
        names.insert(name);
    const auto wanted = with_bans(there, {names.begin(), names.end()});
    if (wanted == there) continue;
    MUSTER_TRY(write_list(file, wanted));
    changed = true;
  }
  return changed;
}

}  // namespace muster::broker
