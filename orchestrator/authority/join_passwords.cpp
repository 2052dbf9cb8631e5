#include "orchestrator/authority/join_passwords.hpp"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/files.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::authority {
namespace {

constexpr std::size_t kPasswordBytes = 24;
constexpr std::size_t kPasswordsMax = 2;
constexpr mode_t kPasswordMode = 0600;
constexpr std::string_view kFirstUser = "join";

unsigned number_of(const std::string& user) {
  unsigned number = 1;
  if (const auto dash = user.rfind('-'); dash != std::string::npos)
    std::from_chars(user.data() + dash + 1, user.data() + user.size(), number);
  return number;
}

Status write_passwords(const std::filesystem::path& folder,
                       const std::vector<JoinPassword>& passwords) {
  return base::write_file(folder / kJoinPasswordFile, join_passwords_text(passwords),
                          kPasswordMode);
}

}  // namespace

JoinPassword new_join_password(unsigned number) {
  return {number == 1 ? std::string(kFirstUser) : fmt::format("{}-{}", kFirstUser, number),
          base::to_base64url(base::random_bytes(kPasswordBytes))};
}

std::string join_passwords_text(const std::vector<JoinPassword>& passwords) {
  std::string text;
  for (const auto& [user, password] : passwords) text += user + " " + password + "\n";
  return text;
}

Result<std::vector<JoinPassword>> join_passwords(const std::filesystem::path& folder) {
  const auto file = folder / kJoinPasswordFile;
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  std::vector<JoinPassword> passwords;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    JoinPassword one;
    std::string more;
    if (!(words >> one.user >> one.password) || words >> more ||
        !base::check_word("user", one.user))
      return fail(Errc::config, fmt::format("{}:{}: a line is 'USER PASSWORD', such as 'join …'",
                                            file.string(), passwords.size() + 1));
    passwords.push_back(std::move(one));
  }
  if (passwords.empty() || passwords.size() > kPasswordsMax)
    return fail(Errc::config, fmt::format("{} has {} lines; 1 to {} are accepted", file.string(),
                                          passwords.size(), kPasswordsMax));
  return passwords;
}

Result<std::vector<JoinPassword>> rotate_join_password(const std::filesystem::path& folder) {
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  MUSTER_ASSIGN(auto passwords, join_passwords(folder));
  if (passwords.size() == kPasswordsMax) return passwords;
  passwords.insert(passwords.begin(), new_join_password(number_of(passwords.front().user) + 1));
  MUSTER_TRY(write_passwords(folder, passwords));
  return passwords;
}

Result<std::vector<JoinPassword>> finish_join_password(const std::filesystem::path& folder) {
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  MUSTER_ASSIGN(auto passwords, join_passwords(folder));
  if (passwords.size() < kPasswordsMax)
    return fail(
        Errc::aborted,
        "there is one join password; 'muster join-password rotate' makes another beside it");
  passwords.resize(1);
  MUSTER_TRY(write_passwords(folder, passwords));
  return passwords;
}

}  // namespace muster::authority
