#include "tests/swarm/node/fake_facts.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/swarm/keys/swarm_keys.hpp"

namespace muster::swarm {
namespace {

constexpr std::array kCountries{"at", "be", "ch", "cz", "de", "dk", "fr", "nl", "pl", "se"};
constexpr std::size_t kByte = 256;

std::string address_of(std::size_t index) {
  return fmt::format("10.{}.{}.{}", index / kByte / kByte % kByte, index / kByte % kByte,
                     index % kByte);
}

// "SplitMix64" (Steele, Lea, Flood 2014), one step.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

double share_of(std::uint64_t seed, std::size_t index, std::uint64_t number) {
  constexpr unsigned kUnused = 64 - std::numeric_limits<double>::digits;
  const auto bits = mixed(mixed(mixed(seed) ^ index) ^ number) >> kUnused;
  return std::ldexp(static_cast<double>(bits), -std::numeric_limits<double>::digits);
}

Value fake_facts(std::uint64_t seed, std::size_t index) {
  const auto name = name_of(index);
  const auto short_name = name.substr(0, name.find('.'));
  const auto country = static_cast<std::size_t>(share_of(seed, index, 0) * kCountries.size());
  return {
      {"fqdn", name},
      {"hostname", short_name},
      {"country", kCountries[country]},
      {"swarm_hundred", fmt::format("h{:02}", (index + seed) % kHundred)},
      {"swarm_index", index},
      {"kernel", "Linux"},
      {"architecture", "x86_64"},
      {"virtual", "kvm"},
      {"is_virtual", true},
      {"os",
       {{"family", "Debian"},
        {"name", "Debian"},
        {"release", {{"full", "12.11"}, {"major", "12"}, {"minor", "11"}}}}},
      {"networking",
       {{"fqdn", name}, {"hostname", short_name}, {"ip", address_of(index)}, {"primary", "eth0"}}},
      {"memory", {{"system", {{"total_bytes", 8'589'934'592}}}}},
      {"processors", {{"count", 4}, {"isa", "x86_64"}}}};
}

}  // namespace muster::swarm
