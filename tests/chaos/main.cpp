// muster-chaos: real parts, killed, stopped, cut off and filled up; then all that was promised is looked for. docs/adr/0081-chaos.md.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "tests/chaos/apart.hpp"
#include "tests/chaos/chaos.hpp"
#include "tests/chaos/options.hpp"

namespace {

constexpr int kFailed = 1;
constexpr int kSkipped = 77;  // this machine cannot show it; ctest counts it as skipped

int live(const muster::chaos::Options& options) {
  try {
    return muster::chaos::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-chaos: {}\n", error.what());
    return kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = muster::chaos::read_options(argc, argv, exit_code);
  if (!options) return exit_code;
  if (::geteuid() != 0) {
    fmt::print(stderr, "muster-chaos: namespaces need root; try: sudo tests/chaos/run\n");
    return kSkipped;
  }
  try {
    return muster::chaos::live_apart([&] { return live(*options); });
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-chaos: {}\n", error.what());
    return kFailed;
  }
}
