#include "proto/envelope/envelope.hpp"

#include <gtest/gtest.h>

#include "proto/schema/muster.pb.h"

namespace muster::envelope {
namespace {

Sealed sample() {
  Sealed sealed;
  sealed.kind = Kind::reply;
  sealed.body = std::string("a\0b", 3);
  sealed.signature = "signature";
  sealed.certificates = {"leaf", "intermediate"};
  return sealed;
}

TEST(EnvelopeTest, ComesBackAsItWas) {
  const auto back = decode(encode(sample()).value()).value();
  EXPECT_EQ(back.kind, Kind::reply);
  EXPECT_EQ(back.body, sample().body);
  EXPECT_EQ(back.signature, "signature");
  EXPECT_EQ(back.certificates, sample().certificates);
  EXPECT_EQ(back.public_key, "");
}

TEST(EnvelopeTest, SignatureCoversVersionKindAndBody) {
  EXPECT_EQ(signed_bytes(Kind::request, "x"), "muster/v1\n1\nx");
  EXPECT_NE(signed_bytes(Kind::request, "x"), signed_bytes(Kind::reply, "x"));
}

TEST(EnvelopeTest, TooMuchIsRefusedOnBothSides) {
  auto sealed = sample();
  sealed.body = std::string(kMessageMaxBytes - 10, 'x');
  EXPECT_EQ(encode(sealed).error().code, Errc::limit);
  EXPECT_EQ(decode(std::string(kMessageMaxBytes + 1, 'x')).error().code, Errc::limit);
  sealed = sample();
  sealed.certificates.assign(kCertificatesMax + 1, "c");
  EXPECT_EQ(encode(sealed).error().code, Errc::limit);
}

TEST(EnvelopeTest, LargestMessagePasses) {
  auto sealed = sample();
  sealed.body = std::string(kMessageMaxBytes - 100, 'x');
  EXPECT_EQ(decode(encode(sealed).value())->body.size(), sealed.body.size());
}

TEST(EnvelopeTest, ForeignBytesUnknownKindsAndMissingSignaturesAreInvalid) {
  EXPECT_EQ(decode("").error().code, Errc::invalid_data);
  EXPECT_EQ(decode("{\"json\":1}").error().code, Errc::invalid_data);
  v1::Envelope message;
  message.set_body("x");
  message.mutable_signature()->set_value("s");
  EXPECT_EQ(decode(pack(message)).error().code, Errc::invalid_data);  // no kind
  message.set_kind(static_cast<v1::Kind>(99));
  EXPECT_EQ(decode(pack(message)).error().code, Errc::invalid_data);
  message.set_kind(v1::KIND_REPLY);
  EXPECT_TRUE(decode(pack(message)));
  message.clear_signature();
  EXPECT_EQ(decode(pack(message)).error().code, Errc::invalid_data);
}

TEST(EnvelopeTest, TooManyCertificatesFromOutsideAreRefused) {
  v1::Envelope message;
  message.set_kind(v1::KIND_REPLY);
  message.mutable_signature()->set_value("s");
  for (std::size_t i = 0; i <= kCertificatesMax; ++i)
    message.mutable_signature()->add_certificates("c");
  EXPECT_EQ(decode(pack(message)).error().code, Errc::limit);
}

TEST(EnvelopeTest, EveryKindOfTheSchemaHasAName) {
  for (int kind = v1::Kind_MIN + 1; kind <= v1::Kind_MAX; ++kind) {
    if (!v1::Kind_IsValid(kind)) continue;
    EXPECT_NE(name_of(static_cast<Kind>(kind)), "unknown") << kind;
  }
}

TEST(EnvelopeTest, AMessageIsPackedInTheSameBytesEachTime) {
  v1::Value first;
  v1::Value second;
  for (int i = 0; i < 50; ++i) {
    (*first.mutable_map()->mutable_entries())["k" + std::to_string(i)].set_integer(i);
    (*second.mutable_map()->mutable_entries())["k" + std::to_string(49 - i)].set_integer(49 - i);
  }
  EXPECT_EQ(pack(first), pack(second));
  EXPECT_EQ(unpack<v1::Value>(pack(first), "a value")->map().entries().at("k7").integer(), 7);
}

}  // namespace
}  // namespace muster::envelope
