#include "proto/filter/decimal.hpp"

namespace muster::filter {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal out;
  if (text.starts_with('-')) {
    out.negative_ = true;
    text.remove_prefix(1);
  }
  const auto dot = text.find('.');
  out.whole_ = text.substr(0, dot);
  if (!digits(out.whole_)) return std::nullopt;
  if (dot != std::string_view::npos) {
    out.fraction_ = text.substr(dot + 1);
    if (!digits(out.fraction_)) return std::nullopt;
  }
  out.whole_.remove_prefix(std::min(out.whole_.find_first_not_of('0'), out.whole_.size()));
  out.fraction_ = out.fraction_.substr(0, out.fraction_.find_last_not_of('0') + 1);
  if (out.whole_.empty() && out.fraction_.empty()) out.negative_ = false;
  return out;
}

std::strong_ordering Decimal::compare_size(const Decimal& other) const {
  if (whole_.size() != other.whole_.size()) return whole_.size() <=> other.whole_.size();
  if (whole_ != other.whole_) return whole_ <=> other.whole_;
  return fraction_ <=> other.fraction_;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative_ != other.negative_)
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  return negative_ ? other.compare_size(*this) : compare_size(other);
}

}  // namespace muster::filter
