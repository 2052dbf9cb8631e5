#include <gtest/gtest.h>

#include "proto/filter/find_fact.hpp"
#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

Value found(std::string_view path) {
  const auto* fact = find_fact(node_facts(), path);
  return fact ? *fact : Value("(absent)");
}

TEST(FindFactTest, DottedPathsLeadInside) {
  EXPECT_EQ(found("country"), Value("de"));
  EXPECT_EQ(found("os.release.major"), Value("12"));
  EXPECT_EQ(found("os.release"), (Value{{"major", "12"}, {"full", "12.5"}}));
  EXPECT_EQ(found("mounts.0"), Value("/"));
  EXPECT_EQ(found("mounts.2.path"), Value("/srv"));
}

TEST(FindFactTest, AKeyWithDotsWins) {
  EXPECT_EQ(found("dotted.key"), Value("whole"));
  EXPECT_EQ(found("net.eth0.100.ip"), Value("10.0.0.7"));
}

TEST(FindFactTest, WhatIsNotThereIsAbsent) {
  for (const char* path :
       {"", ".", "..", "os.", ".os", "os..family", "os.release.minor", "country.de", "mounts.9",
        "mounts.-1", "mounts.", "mounts.1x", "mounts.0.x", "mounts.99999999999999999999"})
    EXPECT_EQ(found(path), Value("(absent)")) << path;
  EXPECT_EQ(find_fact(Value(nullptr), "x"), nullptr);
  EXPECT_EQ(find_fact(Value("x"), "x"), nullptr);
}

}  // namespace
}  // namespace muster::filter
