#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "tests/fuzz/mutator.hpp"

namespace muster {
namespace {

std::string packed(const Value& value) {
  v1::Value wire;
  EXPECT_TRUE(envelope::encode_value(value, wire));
  return envelope::pack(wire);
}

TEST(ValueFuzz, WhatIsDecodedCanBeEncodedAndIsEqual) {
  Value deep = 1;
  for (int i = 0; i < envelope::kValueDepthMax; ++i) deep = Value::array({deep});
  const std::vector<std::string> corpus = {
      packed(nullptr),
      packed(true),
      packed(-5),
      packed(18'446'744'073'709'551'615U),
      packed(1.5),
      packed("text ü"),
      packed({1, "two", 3.0, nullptr, {4, 5}}),
      packed({{"os", {{"family", "Debian"}, {"release", {{"major", 12}}}}}, {"list", {1, 2}}}),
      packed(deep)};
  fuzz::run(corpus, 50'000, [](std::string_view input) {
    const auto wire = envelope::unpack<v1::Value>(input, "value");
    if (!wire) return;
    const auto value = envelope::decode_value(*wire);
    if (!value) return;
    v1::Value again;
    ASSERT_TRUE(envelope::encode_value(*value, again));
    EXPECT_EQ(envelope::decode_value(again).value(), *value);
    EXPECT_FALSE(value->dump().empty());  // throws for text that is not UTF-8
  });
}

}  // namespace
}  // namespace muster
