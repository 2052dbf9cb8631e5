// Users and groups of this machine, by name and number.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace muster::base {

struct Account {
  uid_t user = 0;
  gid_t group = 0;  // its first one
};

// Nothing when there is no such user. Thread-safe; asks the name service, which may be remote.
std::optional<Account> find_user(const std::string& name);

// The user's first group when it bears the user's name, as distributions make one for each user and put
// nobody else into it.
std::optional<gid_t> private_group(uid_t user);

// "alice", or the number as text when it has no name. Thread-safe, as above.
std::string user_name(uid_t user);
std::string group_name(gid_t group);

}  // namespace muster::base
