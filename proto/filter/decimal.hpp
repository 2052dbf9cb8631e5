// Numbers as people write them, compared exactly: serial numbers exceed 64 bits, and 0.1 is no
// binary fraction.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace muster::filter {

// [-]digits[.digits], without exponent. Borrows its text.
class Decimal {
 public:
  static std::optional<Decimal> parse(std::string_view text);
  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

 private:
  std::strong_ordering compare_size(const Decimal& other) const;

  bool negative_ = false;
  std::string_view whole_;     // without leading zeros
  std::string_view fraction_;  // without trailing zeros
};

}  // namespace muster::filter
