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

// The first byte says which reader gets the rest: '0' lines of key=value, '1' YAML, '2' JSON, '3' what a program printed.
MUSTER_FUZZER(facts) {
  const auto [reader, rest] = muster::fuzz::choice_of(muster::fuzz::text_of(data, size), 4);
  switch (reader) {
    case 0:
      check(muster::facts::parse_key_values(rest, "a.txt"));
      break;
    case 1:
      check(muster::facts::parse_yaml(rest, "a.yaml"));
      break;
    case 2:
      check(muster::facts::parse_json(rest, "a.json"));
      break;
    default:
      check(muster::facts::parse_printed(rest, "a"));
  }
  return 0;
}
