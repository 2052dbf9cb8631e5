// Names for completion from what nodes keep on the bus.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace muster::cli {

inline constexpr std::chrono::milliseconds kCompletionPatience{1'000};  // somebody is typing

struct NamesOnline {
  std::vector<std::string> identities;
  std::vector<std::string> facts;
  std::vector<std::string> classes;
};

// Nothing when no broker answers in time. Leaves a thread behind that then still waits for one: for
// programs that are about to end.
NamesOnline names_online(const std::filesystem::path& config);

}  // namespace muster::cli
