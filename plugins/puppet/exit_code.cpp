#include "plugins/puppet/exit_code.hpp"

#include <fmt/format.h>

namespace muster::plugins::puppet {
namespace {

constexpr int kUnchanged = 0;
constexpr int kCouldNotRun = 1;
constexpr int kChanged = 2;
constexpr int kResourcesFailed = 4;
constexpr int kChangedAndFailed = 6;
constexpr int kStoppedAtLimit = 124;

}  // namespace

bool run_succeeded(int exit_code) {
  return exit_code == kUnchanged || exit_code == kChanged;
}

bool run_changed(int exit_code) {
  return exit_code == kChanged || exit_code == kChangedAndFailed;
}

Status check_exit_code(int exit_code) {
  if (run_succeeded(exit_code)) return {};
  switch (exit_code) {
    case kCouldNotRun:
      return fail(Errc::aborted, "puppet could not run (exit 1)");
    case kResourcesFailed:
      return fail(Errc::aborted, "resources of the catalogue failed (exit 4)");
    case kChangedAndFailed:
      return fail(Errc::aborted, "some changes were made and some resources failed (exit 6)");
    case kStoppedAtLimit:
      return fail(Errc::timeout, "puppet was stopped at its time limit");
    default:
      return fail(Errc::aborted, fmt::format("puppet ended with exit {}", exit_code));
  }
}

}  // namespace muster::plugins::puppet
