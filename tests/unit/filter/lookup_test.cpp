#include "proto/filter/lookup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

std::vector<Lookup> lookups_of(const Text& text) {
  return Filter::parse(text).value().lookups();
}

// Whether the node would be judged at all by who looks it up.
bool found(const Text& text) {
  static const auto keys = lookup_keys(node(), 1'000).value();
  const auto has = [](LookupKey key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  const auto lookups = lookups_of(text);
  return std::all_of(lookups.begin(), lookups.end(), [&](const Lookup& lookup) {
    return std::any_of(lookup.begin(), lookup.end(), has);
  });
}

TEST(LookupTest, ALongNameOfManyValuesIsReadOnce) {
  const std::string name(200'000, 'a');
  auto values = Value::array();
  for (int i = 0; i < 4'000; ++i) values.push_back(i);
  const Value facts{{name, values}};
  EXPECT_EQ(lookup_keys({.facts = &facts}, 5'000)->size(), 4'000U);
  EXPECT_FALSE(lookup_keys({.facts = &facts}, 3'999));
}

TEST(LookupTest, WhoMatchesIsFound) {
  for (const char* fact :
       {"country=de", "uptime=90", "load=0.25", "is_virtual=true", "os=family",
        "os.release.major=12", "mounts=/var", "mounts.0=/", "mounts.2.path=/srv", "mounts.2=path",
        "ports=443", "net.eth0.100.ip=10.0.0.7", "dotted.key=whole", "street=Königstraße",
        "whole=100.0", "serial=18446744073709551615", "country==de", "tiny=0.0000001"}) {
    EXPECT_EQ(ask({.facts = {fact}}), "yes") << fact;
    EXPECT_TRUE(found({.facts = {fact}})) << fact;
  }
  EXPECT_TRUE(found({.classes = {"apache"}, .agents = {"puppet"}}));
  for (const char* compound : {"empty=''", "blank=''", "country=de"}) {
    EXPECT_EQ(ask_compound(compound), "yes") << compound;
    EXPECT_TRUE(found({.compounds = {compound}})) << compound;
  }
  EXPECT_TRUE(found({.compounds = {"country=de and (role::web and not country=us)"}}));
}

TEST(LookupTest, WhoLacksIsNotFound) {
  for (const char* fact : {"country=us", "region=eu", "os.release.major=11", "ports=8080"})
    EXPECT_FALSE(found({.facts = {fact}})) << fact;
  EXPECT_FALSE(found({.agents = {"puppetca"}}));
  EXPECT_FALSE(found({.classes = {"role::db"}}));
  EXPECT_FALSE(found({.facts = {"country=de"}, .compounds = {"country=de and role::db"}}));
}

TEST(LookupTest, WhatCannotBeLookedUpNarrowsNothing) {
  for (const Text& text :
       {Text{}, Text{.facts = {"country!=de"}}, Text{.facts = {"country=/d/"}},
        Text{.facts = {"uptime>5"}}, Text{.facts = {"mounts.0=/"}}, Text{.classes = {"/web/"}},
        Text{.agents = {"/pup/"}}, Text{.identities = {"web1"}},
        Text{.compounds = {"country=de or role::web"}}, Text{.compounds = {"not country=us"}}})
    EXPECT_TRUE(lookups_of(text).empty());
}

}  // namespace
}  // namespace muster::filter
