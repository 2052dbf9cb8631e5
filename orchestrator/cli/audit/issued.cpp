#include "orchestrator/cli/audit/issued.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "orchestrator/client/reply_fields.hpp"

namespace muster::cli {
namespace {

// Nothing of what no CA of ours writes: a master may be anybody's by now.
std::optional<IssuedCertificate> certificate_of(const Value& one) {
  if (!one.is_object()) return std::nullopt;
  IssuedCertificate issued{client::text_at(one, "serial"), client::text_at(one, "name"),
                           client::text_at(one, "issued_at"), client::text_at(one, "expires_at"),
                           client::flag_at(one, "current")};
  for (const auto* text : {&issued.serial, &issued.name, &issued.issued_at, &issued.expires_at})
    if (text->empty() || text->size() > kAuditTextMaxBytes) return std::nullopt;
  return issued;
}

// Where the next page begins, 0 after the last.
Result<std::int64_t> take_page(const Value& page, CaListing& listing) {
  const auto certificates = page.is_object() ? page.find("certificates") : page.end();
  if (!page.is_object() || certificates == page.end() || !certificates->is_array())
    return fail(Errc::invalid_data, "its answer holds no certificates");
  for (const auto& one : *certificates) {
    auto issued = certificate_of(one);
    if (!issued) return fail(Errc::invalid_data, "one of its certificates cannot be understood");
    if (listing.certificates.size() == kCertificatesMost)
      return fail(Errc::limit, fmt::format("it has more than {}", kCertificatesMost));
    listing.certificates.push_back(*std::move(issued));
  }
  return client::number_at(page, "next");
}

}  // namespace

CaListing read_listing(client::Caller& caller, const std::string& master,
                       std::chrono::milliseconds timeout) {
  CaListing listing;
  listing.master = master;
  for (std::int64_t from = 0;;) {
    const auto page =
        caller.call_one(master, nullptr, "puppetca", "issued", {{"from", from}}, timeout);
    const auto next = page ? take_page(*page, listing) : fail(page.error());
    if (!next) {
      listing.why_not_whole = next.error().message;
      return listing;
    }
    if (*next <= from) {  // 0 after the last; a page that leads back would never end
      if (*next != 0) listing.why_not_whole = "its pages do not go on";
      return listing;
    }
    from = *next;
  }
}

}  // namespace muster::cli
