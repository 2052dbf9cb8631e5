#include "plugins/agents/puppetca/inventory.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <optional>
#include <sstream>

#include "proto/base/clock.hpp"

namespace muster::plugins::puppetca {
namespace {

// "0x001f" as "1f", "0x0100" as "0100": whole bytes without leading zero bytes.
std::optional<std::string> serial_of(std::string_view text) {
  if (!text.starts_with("0x") || text.size() < 3) return std::nullopt;
  std::string digits(text.substr(2));
  for (char& c : digits) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "00";
  return digits.size() % 2 == 0 ? digits : "0" + digits;
}

std::optional<std::int64_t> time_of(const std::string& text) {
  std::tm time{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SUTC", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&time)) * base::kMsPerSecond;
}

std::optional<IssuedCertificate> issued_of(const std::string& line) {
  std::istringstream words(line);
  std::string serial;
  std::string not_before;
  std::string not_after;
  std::string subject;
  if (!(words >> serial >> not_before >> not_after) || !std::getline(words, subject))
    return std::nullopt;
  const auto number = serial_of(serial);
  const auto from = time_of(not_before);
  const auto until = time_of(not_after);
  constexpr std::string_view kCommonName = "/CN=";
  const auto at = subject.rfind(kCommonName);
  if (!number || !from || !until || at == std::string::npos) return std::nullopt;
  return IssuedCertificate{*number, subject.substr(at + kCommonName.size()), *until, *from};
}

}  // namespace

Inventory parse_inventory(std::string_view text) {
  Inventory inventory;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (auto issued = issued_of(line))
      inventory.issued.push_back(std::move(*issued));
    else
      ++inventory.unread_lines;
  }
  return inventory;
}

}  // namespace muster::plugins::puppetca
