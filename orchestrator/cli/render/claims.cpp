#include "orchestrator/cli/render/claims.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kKeyDigits = 16;  // as people are sent

std::string known(const std::string& text) {
  return text.empty() ? "unknown" : one_line(text);
}

std::string since(const client::Record& record) {
  return fmt::format("{} UTC", time_of_day(record.claim->at_ms));
}

constexpr const char* kHowToCompare =
    "\nThe key, on the machine itself:\n"
    "  openssl pkey -in /var/lib/muster/join.key -pubout -outform DER | sha256sum\n";

}  // namespace

std::string claim_text(const client::Record& record, const Style& style) {
  const auto& claim = *record.claim;
  std::string out = style(Ink::bold, one_line(record.identity)) + "\n\n";
  out += field("Asked by", known(claim.address));
  out += field("with key", one_line(claim.key_fingerprint));
  out += field("Since", since(record));
  out += field("Held by", known(record.address));
  out += field("Reason", one_line(record.reason));
  return out + kHowToCompare;
}

std::string claims_text(const std::vector<client::Record>& records, const Style& style,
                        std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& record : records)
    rows.push_back({{one_line(record.claim->key_fingerprint.substr(0, kKeyDigits))},
                    {one_line(record.identity), Ink::bold},
                    {known(record.claim->address)},
                    {since(record)},
                    {known(record.address)}});
  return table_text({"KEY", "NAME", "ASKED BY", "SINCE", "HELD BY"}, rows, style, columns) +
         kHowToCompare;
}

}  // namespace muster::cli::render
