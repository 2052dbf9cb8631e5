#include "proto/envelope/value_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "proto/envelope/envelope.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::envelope {
namespace {

Result<Value> there_and_back(const Value& value) {
  v1::Value wire;
  MUSTER_TRY(encode_value(value, wire));
  MUSTER_ASSIGN(const auto parsed, unpack<v1::Value>(pack(wire), "value"));
  return decode_value(parsed);
}

Errc encode_error(const Value& value) {
  v1::Value wire;
  return encode_value(value, wire).error().code;
}

Value nested(int depth) {
  Value value = "core";
  for (int i = 0; i < depth; ++i)
    value = i % 2 == 0 ? Value::object({{"k", value}}) : Value::array({value});
  return value;
}

Value nested_maps(int depth) {
  Value value = 1;
  for (int i = 0; i < depth; ++i) value = Value::object({{"k", value}});
  return value;
}

TEST(ValueCodecTest, EveryKindComesBackWithItsType) {
  for (const auto& value :
       {Value(nullptr), Value(true), Value(false), Value(0), Value(-1),
        Value(std::numeric_limits<std::int64_t>::min()),
        Value(std::numeric_limits<std::int64_t>::max()),
        Value(std::numeric_limits<std::uint64_t>::max()), Value(1.0), Value(-0.5e-300), Value(""),
        Value("ünïcode \xf0\x9f\x90\x95"), Value(std::string("a\0b", 3)), Value::array(),
        Value::object(), Value({{"a", {1, "2", 3.5, nullptr}}, {"", false}})}) {
    const auto back = there_and_back(value);
    ASSERT_TRUE(back) << value << ": " << back.error().message;
    EXPECT_EQ(*back, value);
    EXPECT_EQ(back->is_number_float(), value.is_number_float()) << value;
  }
}

TEST(ValueCodecTest, IntegersStayExactWhereDoublesWouldNot) {
  const Value value = 9'007'199'254'740'993;  // 2^53 + 1
  EXPECT_EQ(there_and_back(value)->get<std::int64_t>(), 9'007'199'254'740'993);
}

TEST(ValueCodecTest, DepthEndsAtItsLimitOnBothSides) {
  EXPECT_EQ(*there_and_back(nested(kValueDepthMax)), nested(kValueDepthMax));
  EXPECT_EQ(encode_error(nested(kValueDepthMax + 1)), Errc::limit);
  v1::Value wire;
  auto* at = &wire;
  for (int i = 0; i <= kValueDepthMax; ++i) at = at->mutable_list()->add_items();
  at->set_null(true);
  EXPECT_EQ(decode_value(wire).error().code, Errc::limit);
}

// A map costs protobuf three levels of its own recursion limit.
TEST(ValueCodecTest, DeepestValueFitsIntoARequest) {
  v1::Request request;
  ASSERT_TRUE(encode_value(nested_maps(kValueDepthMax), *request.mutable_arguments()));
  const auto parsed = unpack<v1::Request>(pack(request), "request");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*decode_value(parsed->arguments()), nested_maps(kValueDepthMax));
}

TEST(ValueCodecTest, NumberOfValuesEndsAtItsLimitOnBothSides) {
  const Value most(kValueItemsMax - 1, Value(1));  // and the list itself
  EXPECT_TRUE(there_and_back(most));
  EXPECT_EQ(encode_error(Value(kValueItemsMax, Value(1))), Errc::limit);
  EXPECT_EQ(encode_error(Value(kValueItemsMax, Value::array())), Errc::limit);
  v1::Value wire;
  for (std::size_t i = 0; i < kValueItemsMax; ++i) wire.mutable_list()->add_items()->mutable_list();
  EXPECT_EQ(decode_value(wire).error().code, Errc::limit);
}

TEST(ValueCodecTest, WhatJsonCannotSayIsInvalid) {
  EXPECT_EQ(encode_error(std::nan("")), Errc::invalid_data);
  EXPECT_EQ(encode_error(std::numeric_limits<double>::infinity()), Errc::invalid_data);
  EXPECT_EQ(encode_error(Value::binary({1, 2})), Errc::invalid_data);
  v1::Value wire;
  wire.set_real(std::nan(""));
  EXPECT_EQ(decode_value(wire).error().code, Errc::invalid_data);
}

TEST(ValueCodecTest, TextMustBeUtf8) {
  // Cut off, overlong, surrogate, beyond Unicode, bare continuation.
  for (const std::string bad : {"\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                "\xf4\x90\x80\x80", "\x80", "ok\xff", "\xf0\x82\x82\xac"}) {
    EXPECT_EQ(encode_error(bad), Errc::invalid_data);
    EXPECT_EQ(encode_error(Value::object({{bad, 1}})), Errc::invalid_data);
    v1::Value wire;
    wire.set_text(bad);
    EXPECT_EQ(decode_value(wire).error().code, Errc::invalid_data);
  }
}

TEST(ValueCodecTest, PeersBadTextDoesNotReachStderr) {
  testing::internal::CaptureStderr();
  EXPECT_FALSE(unpack<v1::Value>("\x32\x01\xff", "value"));  // field 6, text, one byte
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(ValueCodecTest, UnsetIsNullOutsideAndAnErrorInside) {
  EXPECT_EQ(*decode_value(v1::Value()), Value(nullptr));
  v1::Value wire;
  wire.mutable_list()->add_items();
  EXPECT_EQ(decode_value(wire).error().code, Errc::invalid_data);
}

rc::Gen<Value> scalars() {
  return rc::gen::oneOf(
      rc::gen::construct<Value>(rc::gen::arbitrary<bool>()),
      rc::gen::construct<Value>(rc::gen::arbitrary<std::int64_t>()),
      rc::gen::construct<Value>(rc::gen::arbitrary<std::uint64_t>()),
      rc::gen::construct<Value>(rc::gen::suchThat(rc::gen::arbitrary<double>(),
                                                  [](double d) { return std::isfinite(d); })),
      rc::gen::construct<Value>(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127))),
      rc::gen::just(Value(nullptr)));
}

rc::Gen<Value> values(int depth) {
  if (depth == 0) return scalars();
  const auto inner = values(depth - 1);
  return rc::gen::oneOf(
      scalars(),
      rc::gen::map(rc::gen::container<std::vector<Value>>(inner),
                   [](const std::vector<Value>& items) { return Value(items); }),
      rc::gen::map(rc::gen::container<std::map<std::string, Value>>(
                       rc::gen::container<std::string>(rc::gen::inRange('a', 'z')), inner),
                   [](const std::map<std::string, Value>& entries) { return Value(entries); }));
}

TEST(ValueCodecTest, AnyValueComesBackAsItWas) {
  EXPECT_TRUE(rc::check([] {
    const auto value = *rc::gen::scale(0.3, values(4));
    const auto back = there_and_back(value);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
    RC_ASSERT(back->dump() == value.dump());
  }));
}

TEST(EnvelopeTest, AnyEnvelopeComesBackAsItWas) {
  EXPECT_TRUE(
      rc::check([](const std::string& body, const std::string& signature, const std::string& key) {
        Sealed sealed;
        sealed.kind = static_cast<Kind>(*rc::gen::inRange(1, 10));
        sealed.body = body;
        sealed.signature = signature + "s";
        sealed.public_key = key;
        sealed.certificates.resize(*rc::gen::inRange<std::size_t>(0, kCertificatesMax + 1), body);
        const auto back = decode(encode(sealed).value()).value();
        RC_ASSERT(back.kind == sealed.kind);
        RC_ASSERT(back.body == sealed.body);
        RC_ASSERT(back.signature == sealed.signature);
        RC_ASSERT(back.public_key == sealed.public_key);
        RC_ASSERT(back.certificates == sealed.certificates);
      }));
}

}  // namespace
}  // namespace muster::envelope
