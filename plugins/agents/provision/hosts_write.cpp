#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "plugins/agents/provision/hosts_file.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::provision {
namespace {

// What a rewrite in place was about to do.
struct Journal {
  std::string before;
  std::string after;
};

std::optional<Journal> read_journal(const std::filesystem::path& path) {
  const auto text = base::read_file(path, 4 * kHostsFileMaxBytes);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto before = base::from_base64url(json.value("before", ""));
  const auto after = base::from_base64url(json.value("after", ""));
  if (!before || !after) return std::nullopt;
  return Journal{*before, *after};
}

Status write_journal(const std::filesystem::path& path, const Journal& journal) {
  // Encoded: a hosts file need not be UTF-8.
  const nlohmann::json json{{"before", base::to_base64url(journal.before)},
                            {"after", base::to_base64url(journal.after)}};
  return base::write_file(path, json.dump());
}

// Whether `now` is what a crash in the middle of that rewrite leaves: the new text up to some byte,
// the old one from there on. Anything else has been written by somebody since, and the journal is
// history.
bool torn(const std::string& now, const Journal& journal) {
  if (now == journal.before || now == journal.after) return false;
  const auto [end, _] =
      std::mismatch(now.begin(), now.end(), journal.after.begin(), journal.after.end());
  const auto same = static_cast<std::size_t>(end - now.begin());
  if (same == now.size()) return same >= journal.before.size();
  return same <= journal.before.size() && now.substr(same) == journal.before.substr(same);
}

tl::unexpected<Error> os_error(std::string_view doing, const std::filesystem::path& path,
                               int number) {
  return fail(Errc::io,
              fmt::format("cannot {} {}: {}", doing, path.string(), std::strerror(number)));
}

Status write_at(int fd, std::string_view content, std::size_t offset,
                const std::filesystem::path& path) {
  while (offset < content.size()) {
    const auto wrote =
        ::pwrite(fd, content.data() + offset, content.size() - offset, static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return os_error("write", path, errno);
    offset += static_cast<std::size_t>(wrote);
  }
  return {};
}

// True when done, false when the file cannot be replaced by another and must be written in place.
Result<bool> replace(const std::filesystem::path& path, std::string_view content) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return os_error("look at", path, errno);
  const auto temporary =
      path.parent_path() / fmt::format(".{}.{}", path.filename().string(), base::random_id());
  const base::UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd && (errno == EROFS || errno == EACCES)) return false;
  if (!fd) return os_error("write beside", path, errno);
  auto done = write_at(fd.get(), content, 0, temporary);
  int number = 0;
  if (done && (::fchown(fd.get(), now.st_uid, now.st_gid) != 0 ||
               ::fchmod(fd.get(), now.st_mode & 07777) != 0 || ::fsync(fd.get()) != 0 ||
               ::rename(temporary.c_str(), path.c_str()) != 0))
    number = errno;
  if (done && number == 0) return true;
  ::unlink(temporary.c_str());
  if (!done) return fail(done.error());
  if (number == EBUSY || number == EXDEV) return false;
  return os_error("replace", path, number);
}

// Only from the first byte that differs on: what comes before is never in doubt, whoever reads
// meanwhile.
Status rewrite(const std::filesystem::path& path, std::string_view before, std::string_view after) {
  const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return os_error("write", path, errno);
  const auto same = std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first -
                    before.begin();
  MUSTER_TRY(write_at(fd.get(), after, static_cast<std::size_t>(same), path));
  if (::ftruncate(fd.get(), static_cast<off_t>(after.size())) != 0 || ::fsync(fd.get()) != 0)
    return os_error("write", path, errno);
  return {};
}

}  // namespace

Result<bool> update_hosts(const std::filesystem::path& hosts, const std::filesystem::path& journal,
                          const std::vector<HostEntry>& entries) {
  std::error_code error;
  const auto path = std::filesystem::canonical(hosts, error);  // a link stays a link
  if (error)
    return fail(Errc::io, fmt::format("cannot read {}: {}", hosts.string(), error.message()));
  MUSTER_ASSIGN(const auto now, base::read_file(path, kHostsFileMaxBytes));
  const auto interrupted = read_journal(journal);
  const bool mend = interrupted && torn(now, *interrupted);
  const auto& before = mend ? interrupted->before : now;
  auto after = with_entries(before, entries);
  if (!after) return fail(after.error().within(path.string()));
  if (*after != now) {
    MUSTER_ASSIGN(const bool replaced, replace(path, *after));
    if (!replaced) {
      MUSTER_TRY(write_journal(journal, {before, *after}));
      MUSTER_TRY(rewrite(path, now, *after));
    }
  }
  std::filesystem::remove(journal, error);
  return *after != now;
}

}  // namespace muster::plugins::provision
