// Who else can read or change a file, asked before it is believed: keys, passwords and tokens, and
// programs that run with our rights. Symbolic links are judged by what they point to, by the folders
// that they stand in and by who owns them; folders up to / must be nobody else's to write, or the file
// could be exchanged. After a good answer the path can be opened by name: only those who are trusted
// anyway can change what it means. Access control lists are not read.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::base {

enum class Guard {
  secret,      // a file that its owner alone may read and write; in $CREDENTIALS_DIRECTORY, where
               // systemd shows its access list as the group's bits, the group may read
  puppet_key,  // a key that Puppet made and sets back to 0640: the groups of root and Puppet may read
  program,     // a file that others may read, not write
  folder,      // a folder, as `program`
};

// Who is trusted beside root and root's group: owners must be among `users`, groups that may write
// among `groups`; for puppet_key also Puppet's.
struct Trusted {
  std::vector<uid_t> users;  // the first one is who runs this process
  std::vector<gid_t>
      groups;  // beside the users' private groups, which are looked up when one may write
  std::optional<uid_t> puppet_user;
  std::optional<gid_t> puppet_group;
  std::filesystem::path credentials;  // $CREDENTIALS_DIRECTORY; empty: none

  // This process: its effective user; under sudo(8) also the user who called it, who may do anything
  // anyway. For puppet_key the user `puppet` where there is one: asking costs a look into all accounts.
  static const Trusted& ours(Guard guard);
};

// Errc::not_found when it is not there; Errc::refused with the file or folder that is wrong, its mode
// and owner, and the chmod or chown that mends it. Thread-safe.
Status check_guard(const std::filesystem::path& path, Guard guard);
Status check_guard(const std::filesystem::path& path, Guard guard, const Trusted& trusted);

}  // namespace muster::base
