// A message as it comes from the bus, with every kind of body that is parsed after it verified.
#include <nlohmann/json.hpp>

#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "tests/fuzz/fuzzer.hpp"

namespace {

using muster::fuzz::require;

void value_survives(const muster::v1::Value& wire) {
  const auto value = muster::envelope::decode_value(wire);
  if (!value) return;
  muster::v1::Value again;
  require(muster::envelope::encode_value(*value, again).has_value(), "a decoded value encodes");
  require(muster::envelope::decode_value(again).value() == *value, "it decodes to itself");
}

void read_body(std::string_view body) {
  if (const auto request = muster::envelope::unpack<muster::v1::Request>(body, "request"))
    value_survives(request->arguments());
  if (const auto reply = muster::envelope::unpack<muster::v1::Reply>(body, "reply"))
    value_survives(reply->data());
  if (const auto presence = muster::envelope::unpack<muster::v1::Presence>(body, "presence"))
    value_survives(presence->facts());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sealed = muster::envelope::decode(muster::fuzz::text_of(data, size));
  if (!sealed) return 0;
  const auto bytes = muster::envelope::encode(*sealed);
  require(bytes.has_value(), "a decoded envelope encodes");
  const auto again = muster::envelope::decode(*bytes);
  require(again && again->kind == sealed->kind && again->body == sealed->body &&
              again->signature == sealed->signature && again->certificates == sealed->certificates,
          "it decodes to itself");
  read_body(sealed->body);
  return 0;
}
