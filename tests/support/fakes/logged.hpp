// What is logged while something is done.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace muster::fakes {

// The log goes to stdout until log::start() was called, as another test of the same program may have done, and then to stderr.
// Not for what logs from other threads after `does` has returned.
template <class Does>
std::string logged(Does&& does) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  std::forward<Does>(does)();
  auto out = testing::internal::GetCapturedStdout();
  return out + testing::internal::GetCapturedStderr();
}

}  // namespace muster::fakes
