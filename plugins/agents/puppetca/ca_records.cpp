#include "plugins/agents/puppetca/ca_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {
namespace {

constexpr std::size_t kSha256Digits = 64;

Result<CaRecord> from_json(const nlohmann::json& json) {
  CaRecord record;
  record.name = json.at("name");
  record.state = json.at("state");
  MUSTER_ASSIGN(record.fingerprint,
                plain_fingerprint(json.at("fingerprints").at("SHA256").get<std::string>()));
  return record;
}

// Parses, then lets `read` make sense of it: one error for whatever does not fit.
template <class Read>
auto parsed(std::string_view text, std::string_view where, Read read)
    -> decltype(read(nlohmann::json{})) {
  try {
    return read(nlohmann::json::parse(text));
  } catch (const nlohmann::json::exception& error) {
    return fail(Errc::unknown, fmt::format("{}: the CA's answer {} cannot be understood: {}", where,
                                           base::quoted(text), error.what()));
  }
}

}  // namespace

Result<std::string> plain_fingerprint(std::string_view text) {
  std::string plain(text);
  std::erase(plain, ':');
  for (char& c : plain) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto digits = std::count_if(plain.begin(), plain.end(),
                                    [](unsigned char c) { return std::isxdigit(c) != 0; });
  const auto others = std::count(text.begin(), text.end(), ':');
  if (digits != kSha256Digits || digits + others != static_cast<std::ptrdiff_t>(text.size()))
    return fail(Errc::invalid_data,
                fmt::format("{} is not a SHA-256 fingerprint: {} hex digits are needed",
                            base::quoted(text), kSha256Digits));
  return plain;
}

std::string shown_fingerprint(std::string_view plain) {
  std::string shown;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (i > 0 && i % 2 == 0) shown += ':';
    shown += static_cast<char>(std::toupper(static_cast<unsigned char>(plain[i])));
  }
  return shown;
}

Result<CaRecord> parse_record(std::string_view json, std::string_view where) {
  return parsed(json, where, [](const nlohmann::json& document) { return from_json(document); });
}

Result<std::vector<CaRecord>> parse_records(std::string_view json, std::string_view where) {
  return parsed(json, where, [](const nlohmann::json& document) -> Result<std::vector<CaRecord>> {
    std::vector<CaRecord> records;
    for (const auto& item : document.get_ref<const nlohmann::json::array_t&>()) {
      MUSTER_ASSIGN(auto record, from_json(item));
      records.push_back(std::move(record));
    }
    return records;
  });
}

}  // namespace muster::plugins::puppetca
