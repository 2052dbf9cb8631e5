// A file of external facts, or what a program of facts printed.
#include <nlohmann/json.hpp>

#include "plugins/facts/external_text.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "tests/fuzz/fuzzer.hpp"

namespace {

using muster::fuzz::require;

void check(const muster::facts::ParsedFacts& parsed) {
  require(parsed.facts.is_object(), "facts are a map");
  require(parsed.status || !parsed.status.error().message.empty(), "a problem says what it is");
  muster::v1::Value wire;
  require(muster::envelope::encode_value(parsed.facts, wire).has_value(), "facts travel");
  require(muster::envelope::decode_value(wire).value() == parsed.facts, "what travels arrives");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = muster::fuzz::text_of(data, size);
  check(muster::facts::parse_key_values(text, "a.txt"));
  check(muster::facts::parse_yaml(text, "a.yaml"));
  check(muster::facts::parse_json(text, "a.json"));
  check(muster::facts::parse_printed(text, "a"));
  return 0;
}
