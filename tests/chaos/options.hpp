// The command line of muster-chaos.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace muster::chaos {

struct Options {
  std::size_t nodes = 10;
  std::size_t kills =
      5;  // processes that are killed or stopped; for each two something else breaks, too
  std::uint64_t seed = 1;
  std::size_t orchestrators = 2;
  std::size_t masters = 2;
  std::chrono::seconds deadline{120};  // from the last healing until all promises hold
  std::filesystem::path logs;          // all files of the run are copied there; empty: nothing is
};

// Nothing when the program has to end at once with `exit_code`: help was printed (0), or what is wrong with which option.
std::optional<Options> read_options(int argc, const char* const* argv, int& exit_code);

}  // namespace muster::chaos
