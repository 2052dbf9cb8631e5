// What an endorsement of a Puppet CA says, and which of two is believed. Pure: nothing here reads a
// clock, a file or the bus.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::admission {

inline constexpr std::size_t kPatternsMax = 64;                // of one CA
inline constexpr std::size_t kMasterFactsMaxBytes = 4'096;     // as JSON
inline constexpr std::size_t kCaCertificateMaxBytes = 16'384;  // DER
inline constexpr std::size_t kOfferedByMaxBytes = 256;
inline constexpr std::size_t kRetiredByMaxBytes = 256;

// A CA, the one master that speaks for it, and whose names it may issue. A value.
struct Endorsement {
  x509::Certificate certificate;  // the CA's
  std::string master = {};        // the master's identity; empty: the CA has none on the bus
  // Globs ('*', '?') of the names that the CA may issue. The master's own name needs none.
  std::vector<std::string> patterns = {};
  Value facts = Value::object();  // those that choose the master; empty: its presence's
  std::uint64_t number = 0;       // grows with each message about this CA
  bool withdrawn = false;
  std::string offered_by = {};     // the master, or the operator who added it
  std::string endorsed_by = {};    // who signed
  std::int64_t at_ms = 0;          // when, by the signer's clock
  std::int64_t ends_at_ms = 0;     // with the signer's certificate
  std::string signer_serial = {};  // of that certificate: it may be revoked
  std::string retired_by = {};     // the operator who retired the master; empty: it is not retired
  std::int64_t retired_at_ms = 0;  // when that was said, or taken back; 0: never

  std::string fingerprint() const { return certificate.fingerprint(); }
  // Its master gets no new nodes, and its members move to others (docs/adr/0100-a-master-is-retired.md).
  bool is_retired() const { return !retired_by.empty(); }
};

// Errc::invalid_data, naming the value, unless it can be signed: a CA certificate, with a key that is strong enough
// unless withdrawn (Errc::refused, as security::TrustStore::add), an identity for a master, patterns that are globs
// (at least one unless withdrawn), the rest within its limits.
Status check_endorsement(const Endorsement& endorsement);

// Whether both are certificates of one CA, which was renewed with its own name and key: whatever it
// has issued is of either.
bool same_ca(const x509::Certificate& one, const x509::Certificate& other);

// Whether `offered` replaces `known`, both of one CA's certificate. The higher number wins; of one number, for two orchestrators
// may have counted on at once, a withdrawal, then what was said later about the master's retirement, then the signer whose name
// comes first.
bool replaces(const Endorsement& offered, const Endorsement& known);

// Errc::refused, with the reason, when it counts no more: withdrawn, or its signer's certificate has
// ended.
Status still_counts(const Endorsement& endorsement, std::int64_t now_ms);

// Whether the CA may have issued a certificate to this name.
bool covers(const Endorsement& endorsement, std::string_view name);

// Whether a master may bring this CA, given everything that is believed. Errc::refused when the CA
// was withdrawn; when it is endorsed with another master, or with none, for whoever has a
// certificate of it could else put itself in that one's place; when it has the name of another CA that
// counts, or the key of any other, for the broker could not tell them apart; or when another
// CA is endorsed for the same master: that one has to be withdrawn first, by a person.
Status may_be_endorsed(const Endorsement& offered, const std::vector<Endorsement>& known,
                       std::int64_t now_ms);

// Whether an operator may add this CA: it may be one that was withdrawn, and another master's. Errc::refused
// when it has the name of another CA that counts, or the key of any other. A CA that was renewed (same_ca) is
// no other; its new certificate must end later than those of it that count.
Status may_be_added(const Endorsement& offered, const std::vector<Endorsement>& known,
                    std::int64_t now_ms);
// A renewed CA, or one that is added again, keeps the master that it had, unless another is named, and with it that one's facts
// and whether it is retired.
void take_over(Endorsement& offered, const std::vector<Endorsement>& known, std::int64_t now_ms);
// Whether the master is retired is what was said of it last with this CA, also when that endorsement has ended since, unless
// the CA was withdrawn.
void keep_retirement(Endorsement& offered, const std::vector<Endorsement>& known);

}  // namespace muster::admission
