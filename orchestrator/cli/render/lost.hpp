// What `muster provision audit` shows of one master.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"

namespace muster::cli::render {

// The certificate that a node which is online shows on the bus.
struct ShownCertificate {
  std::string serial;          // x509::Certificate::serial_hex()
  std::string ca_fingerprint;  // client::Member::ca_fingerprint
};
using ShownCertificates =
    std::map<std::string, ShownCertificate, std::less<>>;  // by the node's name

// A certificate that puppetca#audit found may be one that its node was given by renewal, which puts none into signed/: then it
// is the very one that the node uses. Writes "in_use" into each of the reply: "yes", "no", or "unknown" when the node is not
// online.
void tell_what_is_in_use(client::NodeResult& master, const ShownCertificates& shown);

// After that: the certificates that were found and that nobody is seen to use, how to revoke each, and what could not be
// judged. Lines end with '\n'. Read without believing the reply's form.
std::string lost_text(const client::NodeResult& master);

// Of what all masters answer, as JSON: some 300,000 certificates.
inline constexpr std::size_t kAuditMaxBytes = std::size_t{64} << 20U;
// In their order: of whom more than `most` bytes were told by then, the answer becomes a failure that says so.
void leave_out_beyond(std::vector<client::NodeResult>& masters, std::size_t most);

// Whether there is one that nobody is seen to use.
bool has_lost(const client::NodeResult& master);

}  // namespace muster::cli::render
