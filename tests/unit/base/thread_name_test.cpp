#include "proto/base/thread_name.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "proto/base/files.hpp"

namespace muster::base {
namespace {

// What the kernel says of a thread that calls itself `name`.
std::string shown(const std::string& name) {
  return std::async(std::launch::async,
                    [name] {
                      name_thread(name);
                      return read_file("/proc/thread-self/comm").value_or("");
                    })
      .get();
}

TEST(ThreadNameTest, TheKernelShowsIt) {
  EXPECT_EQ(shown("job watcher"), "job watcher\n");
}

TEST(ThreadNameTest, WhatIsTooLongIsCut) {
  EXPECT_EQ(shown("run node1.de.muster.test"), "run node1.de.mu\n");
}

TEST(ThreadNameTest, TheThreadThatStartedItKeepsItsOwn) {
  const auto before = read_file("/proc/thread-self/comm").value_or("");
  shown("other");
  EXPECT_NE(before, "");
  EXPECT_EQ(read_file("/proc/thread-self/comm").value_or(""), before);
}

}  // namespace
}  // namespace muster::base
