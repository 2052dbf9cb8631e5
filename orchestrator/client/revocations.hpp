// Who was revoked: the roots' own lists, retained on the bus. docs/PROTOCOL.md, "Revocation".
#pragma once

#include <string_view>

#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::client {

class Link;

// The list in a message of trust/revoked/<root>: bare DER, for the root's signature needs no other one.
// Errc::refused unless a root of `operators` signed it, the one that the topic names; Errc::invalid_data for what
// is no list. Whether it is newer than what is known is not judged.
Result<x509::RevocationList> read_revocations(std::string_view topic, std::string_view payload,
                                              const security::TrustStore& operators);

// Retained, for whoever listens now and whoever comes later; ours to keep there as publish_ban(). Does not wait for the broker.
// `root`: the fingerprint of the list's root.
Status publish_revocations(Link& link, const std::string& root, const x509::RevocationList& list);

}  // namespace muster::client
