#include <cstdint>
#include <optional>

#include "proto/envelope/envelope.hpp"

namespace muster::envelope {
namespace {

// muster.v1.Envelope.signature and muster.v1.Signature.certificates.
constexpr std::uint64_t kSignatureField = 3;
constexpr std::uint64_t kCertificatesField = 2;

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

// The first length-delimited field of that number; all that the two messages have besides are varints and such fields.
std::string_view find_field(std::string_view bytes, std::uint64_t number) {
  constexpr std::uint64_t kVarint = 0;
  constexpr std::uint64_t kLengthDelimited = 2;
  while (!bytes.empty()) {
    const auto tag = take_varint(bytes);
    const auto value = tag ? take_varint(bytes) : std::nullopt;
    if (!value) return {};
    const auto type = *tag & 7U;
    if (type == kVarint) continue;
    if (type != kLengthDelimited || *value > bytes.size()) return {};
    const auto size = static_cast<std::size_t>(*value);
    if (*tag >> 3U == number) return bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return {};
}

}  // namespace

std::string_view first_certificate(std::string_view message) {
  return find_field(find_field(message, kSignatureField), kCertificatesField);
}

}  // namespace muster::envelope
