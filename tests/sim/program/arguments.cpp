#include "tests/sim/program/arguments.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace muster::sim {
namespace {

constexpr double kMsPerHour = 3'600'000;
constexpr double kHoursMost = 1'000;

bool take_number(std::string_view text, auto& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

// "7", or "1..100".
bool take_seeds(std::string_view text, Arguments& out) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return take_number(text, out.options.seed);
  std::uint64_t last = 0;
  if (!take_number(text.substr(0, dots), out.options.seed)) return false;
  if (!take_number(text.substr(dots + 2), last) || last < out.options.seed) return false;
  out.seeds = last - out.options.seed + 1;
  return true;
}

bool take_hours(std::string_view text, Arguments& out) {
  double hours = 0;
  if (!take_number(text, hours) || !(hours > 0) || hours > kHoursMost) return false;
  out.options.faults_within =
      std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(hours * kMsPerHour)));
  return true;
}

bool take_faults(std::string_view text, Arguments& out) {
  auto& only = out.options.only_faults.emplace();
  if (text == "none") return true;
  while (!text.empty()) {
    const auto comma = text.find(',');
    std::size_t number = 0;
    if (!take_number(text.substr(0, comma), number)) return false;
    only.insert(number);
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
  }
  return true;
}

bool take_level(std::string_view word, Arguments& out) {
  const auto level = fault_level_from(word);
  out.options.faults = level.value_or(FaultLevel::none);
  return level.has_value();
}

bool take(std::string_view name, std::string_view value, Arguments& out) {
  auto& options = out.options;
  if (name == "--seed") return take_seeds(value, out);
  if (name == "--nodes") return take_number(value, options.nodes);
  if (name == "--masters") return take_number(value, options.masters);
  if (name == "--operators") return take_number(value, options.operators);
  if (name == "--orchestrators") {
    out.orchestrators_given = true;
    return take_number(value, options.orchestrators) && options.orchestrators > 0;
  }
  if (name == "--token-uses") return take_number(value, options.token_uses);
  if (name == "--seeds") return take_number(value, out.seeds);
  if (name == "--hours") return take_hours(value, out);
  if (name == "--faults") return take_level(value, out);
  if (name == "--only-faults") return take_faults(value, out);
  if (name == "--trace") return !(out.trace = value).empty();
  if (name == "--shrink") return !(out.shrink = value).empty();
  if (name != "--crypto" || (value != "hash" && value != "real")) return false;
  options.real_crypto = value == "real";
  return true;
}

}  // namespace

std::optional<Arguments> arguments_from(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--verbose")
      out.verbose = true;
    else if (name == "--first")
      out.first = true;
    else if (i + 1 >= argc || !take(name, argv[i + 1], out))
      return std::nullopt;
    else
      ++i;
  }
  return out;
}

}  // namespace muster::sim
