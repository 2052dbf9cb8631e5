#include "plugins/agents/filemgr/filemgr_agent.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "plugins/agents/filemgr/safe_path.hpp"
#include "proto/base/names.hpp"
#include "proto/base/utf8.hpp"

namespace muster::plugins::filemgr {
namespace {

constexpr std::size_t kNameMaxBytes = 1024;  // of an entry, once it is UTF-8

Error failed(std::string_view doing, const Place& place) {
  const auto code = errno == EACCES || errno == EPERM ? Errc::refused : Errc::io;
  return {code,
          fmt::format("cannot {} {}: {}", doing, base::quoted(place.path), std::strerror(errno))};
}

// As touch(1): makes an empty file, or sets the times of what is there, also of a link itself.
Result<ActionReply> touch(const std::string& path) {
  MUSTER_ASSIGN(const auto place, place_of(path));
  const base::UniqueFd made(::openat(place.folder.get(), place.name.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (made) return ActionReply::ok({{"created", true}}, "made " + path);
  if (errno != EEXIST) return fail(failed("make", place));
  if (::utimensat(place.folder.get(), place.name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW) != 0)
    return fail(failed("touch", place));
  return ActionReply::ok({{"created", false}}, "touched " + path);
}

Result<ActionReply> remove(const std::string& path) {
  MUSTER_ASSIGN(const auto place, place_of(path));
  struct stat is {};
  if (::fstatat(place.folder.get(), place.name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT)
      return fail(Errc::not_found, fmt::format("there is no file {}", base::quoted(path)));
    return fail(failed("look at", place));
  }
  if (S_ISDIR(is.st_mode))
    return fail(Errc::refused, fmt::format("{} is a folder; filemgr removes single files alone",
                                           base::quoted(path)));
  // Without AT_REMOVEDIR a folder that took the name meanwhile is safe too.
  if (::unlinkat(place.folder.get(), place.name.c_str(), 0) != 0)
    return fail(failed("remove", place));
  return ActionReply::ok({{"removed", true}}, "removed " + path);
}

struct Listing {
  Value names = Value::array();
  std::size_t left_out = 0;
};

using Folder = std::unique_ptr<DIR, int (*)(DIR*)>;

// A link that took the folder's place since we looked is not followed.
Folder open_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  Folder folder(fd < 0 ? nullptr : ::fdopendir(fd), &::closedir);
  if (!folder && fd >= 0) ::close(fd);
  return folder;
}

Result<Listing> entries_of(const std::string& path) {
  const auto folder = open_folder(path);
  if (!folder)
    return fail(Errc::io,
                fmt::format("cannot list {}: {}", base::quoted(path), std::strerror(errno)));
  std::vector<std::string> names;
  std::size_t bytes = 0;
  Listing listing;
  while (const auto* entry = ::readdir(folder.get())) {
    auto name = base::as_utf8(entry->d_name, kNameMaxBytes);
    if (name == "." || name == "..") continue;
    if (names.size() == kListedMax || bytes + name.size() > kListedMaxBytes) {
      ++listing.left_out;
      continue;
    }
    bytes += name.size();
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  listing.names = std::move(names);
  return listing;
}

Result<ActionReply> status(const std::string& path, const Value& inputs) {
  const auto md5 =
      inputs.value("private_md5", false) ? data::Md5Of::all_files : data::Md5Of::public_files;
  MUSTER_ASSIGN(auto data, data::file_status(path, md5));
  if (!inputs.value("dirlist", false) || data["type"] != "directory")
    return ActionReply::ok(std::move(data));
  MUSTER_ASSIGN(auto listing, entries_of(path));
  data["dirlist"] = std::move(listing.names);
  data["dirlist_left_out"] = listing.left_out;
  return ActionReply::ok(std::move(data));
}

}  // namespace

ActionReply FilemgrAgent::handle(const ActionRequest& request) {
  const auto file = request.data.at("file").get<std::string>();
  auto reply = [&]() -> Result<ActionReply> {
    if (request.action == "touch") return touch(file);
    if (request.action == "remove") return remove(file);
    if (request.action == "status") return status(file, request.data);
    return fail(Errc::unknown_action, fmt::format("filemgr has no action '{}'", request.action));
  }();
  return reply ? std::move(*reply) : ActionReply::failed(reply.error());
}

}  // namespace muster::plugins::filemgr
