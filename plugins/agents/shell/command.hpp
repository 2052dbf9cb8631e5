// What a request wants run: words, environment, folder, user.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::shell {

inline constexpr std::size_t kWordsMax = 1'000;
inline constexpr std::size_t kWordsMaxBytes = 128 * 1024;  // all of them; the kernel's limit of one
inline constexpr std::size_t kVariablesMax = 100;

struct Command {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
  std::filesystem::path working_folder;  // empty: "/"
};

// `argv` in the folder `cwd`, with the variables `environment`, as the user `user` of `inputs`, each
// of which may be absent. A user other than our own is taken on by setpriv(1) in the same process:
// with that user's groups, HOME, USER and LOGNAME, and nothing of this agent's environment. The
// variables come to be only once the process is that user's. Errc::invalid_data, not_found (user, folder), or
// refused (only root can become somebody else).
Result<Command> command_of(std::vector<std::string> argv, const Value& inputs);

// The words as a shell would take them, for people.
std::string printed(const std::vector<std::string>& argv);

}  // namespace muster::plugins::shell
