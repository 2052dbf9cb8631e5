#include "proto/base/accounts.hpp"

#include <grp.h>
#include <pwd.h>

#include <array>

namespace muster::base {
namespace {

constexpr std::size_t kEntryMaxBytes = 16384;  // of one line of the accounts' database

}  // namespace

std::optional<Account> find_user(const std::string& name) {
  std::array<char, kEntryMaxBytes> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 ||
      found == nullptr)
    return {};
  return Account{entry.pw_uid, entry.pw_gid};
}

std::optional<gid_t> private_group(uid_t user) {
  const auto name = user_name(user);
  const auto account = find_user(name);
  if (!account || group_name(account->group) != name) return {};
  return account->group;
}

std::string user_name(uid_t user) {
  std::array<char, kEntryMaxBytes> buffer;
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? std::string(entry.pw_name) : std::to_string(user);
}

std::string group_name(gid_t number) {
  std::array<char, kEntryMaxBytes> buffer;
  ::group entry{};
  ::group* found = nullptr;
  ::getgrgid_r(number, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? std::string(entry.gr_name) : std::to_string(number);
}

}  // namespace muster::base
