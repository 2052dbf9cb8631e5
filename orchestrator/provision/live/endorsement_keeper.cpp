#include "orchestrator/provision/live/endorsement_keeper.hpp"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/kept_list.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

constexpr KeptListWords kCasKept{"list of trusted CAs",
                                 "what can be read of it and what the bus retains is believed"};

Value as_json(const client::Endorsement& endorsement, const client::Spoken& spoken, bool vouched) {
  return {{"certificate", endorsement.certificate.pem()},
          {"master", endorsement.master},
          {"patterns", endorsement.patterns},
          {"facts", endorsement.facts},
          {"number", endorsement.number},
          {"withdrawn", endorsement.withdrawn},
          {"offered_by", endorsement.offered_by},
          {"endorsed_by", endorsement.endorsed_by},
          {"at_ms", endorsement.at_ms},
          {"ends_at_ms", endorsement.ends_at_ms},
          {"signer_serial", endorsement.signer_serial},
          {"retired_by", endorsement.retired_by},
          {"retired_at_ms", endorsement.retired_at_ms},
          {"first_signer", spoken.first_signer},
          {"by_others", spoken.by_others},
          {"vouched", vouched}};
}

Result<client::Endorsement> from_json(const Value& json, const std::string& file) {
  try {
    MUSTER_ASSIGN(auto certificate,
                  x509::Certificate::from_pem(json.at("certificate").get<std::string>(), file));
    client::Endorsement out{.certificate = std::move(certificate)};
    json.at("master").get_to(out.master);
    json.at("patterns").get_to(out.patterns);
    out.facts = json.at("facts");
    json.at("number").get_to(out.number);
    json.at("withdrawn").get_to(out.withdrawn);
    json.at("offered_by").get_to(out.offered_by);
    json.at("endorsed_by").get_to(out.endorsed_by);
    json.at("at_ms").get_to(out.at_ms);
    json.at("ends_at_ms").get_to(out.ends_at_ms);
    json.at("signer_serial").get_to(out.signer_serial);
    // A file of before masters could be retired says nothing of it.
    out.retired_by = json.value("retired_by", std::string());
    out.retired_at_ms = json.value("retired_at_ms", std::int64_t{0});
    MUSTER_TRY(admission::check_endorsement(out));
    return out;
  } catch (const nlohmann::json::exception& error) {
    return fail(Errc::config, error.what());
  }
}

// Something newer was heard meanwhile, a thief used the numbers up, or we sign as many as we may, and those that are among them
// are signed anew all the same: no reason not to sign what comes after it.
bool is_of_this_one_alone(const Error& error) {
  return error.code == Errc::aborted || error.code == Errc::refused || error.code == Errc::limit;
}

// Of a file of ours that may be damaged.
bool flag_in(const Value& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_boolean() && found->get<bool>();
}

client::Spoken spoken_from(const Value& entry) {
  const auto first = entry.find("first_signer");
  const bool told = first != entry.end() && first->is_string();
  return {told ? first->get<std::string>() : "", flag_in(entry, "by_others")};
}

}  // namespace

Result<std::unique_ptr<EndorsementKeeper>> EndorsementKeeper::open(client::Link& link,
                                                                   std::filesystem::path file) {
  std::unique_ptr<EndorsementKeeper> keeper(new EndorsementKeeper(link, std::move(file)));
  MUSTER_TRY(keeper->load());
  return keeper;
}

Status EndorsementKeeper::load() {
  MUSTER_ASSIGN(const bool damaged,
                read_kept_list(file_, kTrustedCasMaxBytes, kCasKept,
                               [this](const Value& entry) { return believe(entry); }));
  is_damaged_ = damaged;
  link_.revocations_changed();  // what a revoked signer endorsed does not count
  return {};
}

Status EndorsementKeeper::believe(const Value& entry) {
  MUSTER_ASSIGN(const auto endorsement, from_json(entry, file_.string()));
  if (flag_in(entry, "vouched")) link_.endorsements().vouch(endorsement);
  link_.endorsements().recall(endorsement.fingerprint(), spoken_from(entry));
  const auto believed = link_.believe(endorsement);
  if (!believed && believed.error().code != Errc::limit) return fail(believed.error());
  saved_[endorsement.fingerprint()] = endorsement.number;
  if (!believed)
    log::error("a CA that was known is not believed any more",
               {{"ca", endorsement.fingerprint()}, {"why", believed.error().message}});
  return {};
}

void EndorsementKeeper::keep() {
  const std::lock_guard lock(mutex_);
  const auto revoked = [this](const std::string& serial) {
    return link_.operators().revoked(serial).has_value();
  };
  // Whose certificate was revoked must not replace what the others signed.
  if (revoked(link_.signer().chain().front().serial_hex())) return;
  if (link_.clock().unix_ms() - signed_at_ms_ >=
      std::chrono::milliseconds(kSignAnewEvery).count()) {
    if (auto done = sign_anew(); !done)
      log::warning("cannot sign the trusted CAs anew", {{"why", done.error().message}});
  }
  if (auto done = sign_vouched(revoked); !done)
    log::warning("cannot sign what we vouch for", {{"why", done.error().message}});
  if (auto done = save(); !done)
    log::error("cannot write down the trusted CAs", {{"why", done.error().message}});
}

void EndorsementKeeper::sign_before(const x509::RevocationList& list) {
  const std::lock_guard lock(mutex_);
  const auto revoked = [&](const std::string& serial) { return list.find(serial).has_value(); };
  if (auto done = sign_vouched(revoked); !done)
    log::warning("cannot sign what we vouch for", {{"why", done.error().message}});
}

Status EndorsementKeeper::sign_vouched(
    const std::function<bool(const std::string& serial)>& revoked) {
  if (revoked(link_.signer().chain().front().serial_hex())) return {};
  for (const auto& endorsement : link_.endorsements().all()) {
    if (!revoked(endorsement.signer_serial)) continue;
    // Of a CA of which nobody else ever spoke there is nothing to withdraw: it is made up.
    const auto spoken = link_.endorsements().spoken(endorsement.fingerprint());
    if (endorsement.withdrawn ? !spoken || !spoken->by_others
                              : !link_.endorsements().vouched(endorsement))
      continue;
    const auto signed_anew = client::sign_trusted_ca_anew(link_, endorsement);
    if (!signed_anew && !is_of_this_one_alone(signed_anew.error()))
      return fail(signed_anew.error());
  }
  return {};
}

Status EndorsementKeeper::sign_anew() {
  MUSTER_TRY(link_.wait_trust());
  const auto now_ms = link_.clock().unix_ms();
  const auto ours_ends_ms = link_.signer().chain().front().not_after_ms();
  const bool leaving = ours_ends_ms < now_ms + std::chrono::milliseconds(kLastSigning).count();
  std::size_t left_to_others = 0;
  for (const auto& endorsement : link_.endorsements().all()) {
    if (!endorsement.withdrawn && !admission::still_counts(endorsement, now_ms)) continue;
    if (leaving && endorsement.ends_at_ms > ours_ends_ms) continue;
    const auto signed_anew = client::sign_trusted_ca_anew(link_, endorsement);
    if (!signed_anew && !is_of_this_one_alone(signed_anew.error()))
      return fail(signed_anew.error());
    if (!signed_anew && signed_anew.error().code == Errc::limit) ++left_to_others;
  }
  if (left_to_others > 0)
    log::warning(
        "more CAs are trusted than one orchestrator may endorse; the rest is left to others",
        {{"left", std::to_string(left_to_others)},
         {"limit", std::to_string(client::kStandingCasOfSignerMax)}});
  signed_at_ms_ = now_ms;
  return {};
}

Status EndorsementKeeper::save() {
  std::map<std::string, std::uint64_t> now;
  const auto& known = link_.endorsements();
  std::string lines;
  for (const auto& endorsement : known.all()) {
    now[endorsement.fingerprint()] = endorsement.number;
    const auto spoken = known.spoken(endorsement.fingerprint()).value_or(client::Spoken{});
    // A line each: indented, facts that are deep would take megabytes.
    lines += (lines.empty() ? "" : ",\n") +
             as_json(endorsement, spoken, known.vouched(endorsement)).dump();
  }
  if (now == saved_ && !is_damaged_) return {};
  MUSTER_TRY(write_kept_list(file_, kTrustedCasMaxBytes, "[" + lines + "]\n"));
  saved_ = std::move(now);
  is_damaged_ = false;
  return {};
}

}  // namespace muster::provision
