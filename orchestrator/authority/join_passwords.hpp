// The join listener's passwords: one, or two while one is replaced. Tokens made from now on carry the
// newest; brokers let both in until the rotation is finished.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::authority {

struct JoinPassword {
  std::string user;  // "join", "join-2", "join-3" …
  std::string password;
};

// "join" and a random password for `number` 1, else "join-NUMBER".
JoinPassword new_join_password(unsigned number);

// join.password: a line "USER PASSWORD" each, the newest first.
std::string join_passwords_text(const std::vector<JoinPassword>& passwords);
// At least one. Errc::config names the file and what is wrong with it.
Result<std::vector<JoinPassword>> join_passwords(const std::filesystem::path& folder);

// Another password beside the one that is there. When there are two already, those: the last rotation
// is not finished. Gives all, the newest first.
Result<std::vector<JoinPassword>> rotate_join_password(const std::filesystem::path& folder);
// Only the newest stays. Errc::aborted when there is one alone.
Result<std::vector<JoinPassword>> finish_join_password(const std::filesystem::path& folder);

}  // namespace muster::authority
