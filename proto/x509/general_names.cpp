#include "proto/x509/general_names.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"

namespace muster::x509 {
namespace {

constexpr std::string_view kAddressPrefix = "IP:";
constexpr std::size_t kIp4Bytes = 4;
constexpr std::size_t kIp6Bytes = 16;

using OwnedGeneralName = Owned<GENERAL_NAME, GENERAL_NAME_free>;

bool push_name(GENERAL_NAMES* names, int type, std::string_view bytes) {
  OwnedGeneralName name(GENERAL_NAME_new());
  auto* value = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  if (!name || value == nullptr) return false;
  GENERAL_NAME_set0_value(name.get(), type, value);  // owns it from here
  if (ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  if (sk_GENERAL_NAME_push(names, name.get()) <= 0) return false;
  name.release();
  return true;
}

std::string address_text(const std::string& bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = bytes.size() == kIp4Bytes ? AF_INET : AF_INET6;
  if ((bytes.size() != kIp4Bytes && bytes.size() != kIp6Bytes) ||
      ::inet_ntop(family, bytes.data(), text, sizeof text) == nullptr)
    return "bytes " + base::to_hex(bytes);
  return text;
}

std::string text_of_name(const GENERAL_NAME* name) {
  int type = 0;
  const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(name, &type));
  if (type != GEN_DNS && type != GEN_IPADD) return fmt::format("kind {}:", type);
  std::string bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                    static_cast<std::size_t>(ASN1_STRING_length(value)));
  if (type == GEN_IPADD) return std::string(kAddressPrefix) + address_text(bytes);
  for (auto& c : bytes) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return bytes;
}

}  // namespace

Status push_dns_name(GENERAL_NAMES* names, const std::string& dns) {
  const bool ok = !dns.empty() && std::all_of(dns.begin(), dns.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '*');
  });
  if (!ok || !push_name(names, GEN_DNS, dns))
    return fail(Errc::invalid_data, fmt::format("{} is not a DNS name", base::quoted(dns)));
  return {};
}

Status push_ip6_of_uri(GENERAL_NAMES* names, const std::string& address) {
  if (address.find(':') == std::string::npos) return {};
  if (push_name(names, GEN_DNS, "[" + address)) return {};
  return fail(Errc::invalid_data, fmt::format("{} is no IPv6 address", base::quoted(address)));
}

Status push_ip_address(GENERAL_NAMES* names, const std::string& address) {
  unsigned char bytes[kIp6Bytes];
  std::size_t size = 0;
  if (::inet_pton(AF_INET, address.c_str(), bytes) == 1) size = kIp4Bytes;
  if (size == 0 && ::inet_pton(AF_INET6, address.c_str(), bytes) == 1) size = kIp6Bytes;
  if (size == 0 || !push_name(names, GEN_IPADD, {reinterpret_cast<char*>(bytes), size}))
    return fail(Errc::invalid_data, fmt::format("{} is not an IP address", base::quoted(address)));
  return {};
}

Status push_alternative_name(GENERAL_NAMES* names, const std::string& name) {
  if (name.starts_with(kAddressPrefix))
    return push_ip_address(names, name.substr(kAddressPrefix.size()));
  return push_dns_name(names, name);
}

std::vector<std::string> alternative_names_in(const GENERAL_NAMES* names) {
  std::vector<std::string> all;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i)
    all.push_back(text_of_name(sk_GENERAL_NAME_value(names, i)));
  return all;
}

}  // namespace muster::x509
