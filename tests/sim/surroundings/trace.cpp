#include "tests/sim/surroundings/trace.hpp"

#include <fmt/format.h>

namespace muster::sim {

void Trace::line(std::string_view who, std::string_view what) {
  constexpr std::uint64_t kPrime = 1'099'511'628'211U;
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - began_);
  const auto text = fmt::format("{} {} {}", at.count(), who, what);
  ++lines_;
  for (const char byte : text) digest_ = (digest_ ^ static_cast<unsigned char>(byte)) * kPrime;
  digest_ = (digest_ ^ static_cast<unsigned char>('\n')) * kPrime;
  if (write_) write_(text);
}

}  // namespace muster::sim
