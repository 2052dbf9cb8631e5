// What the broker shows of this node: its last will may come late, from a predecessor whose link broke unnoticed, and
// another machine may hold the same key. The node hears its own presence and notices.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

#include "proto/security/trust.hpp"
#include "proto/transport/message.hpp"
#include "proto/x509/key.hpp"

namespace muster::agent {

// Something that stood, or stands, in place of this session's presence.
struct OtherPresence {
  bool cleared = false;   // nothing: a will, or somebody with a certificate for our name
  bool same_key = false;  // signed by the holder of our own certificate
  bool retained = false;  // from before we listened: a predecessor's, perhaps
  std::string address;    // as it says itself
  std::string session;
  std::string
      signer;  // for people: the certificate's subject and issuer; empty when it does not verify
};

inline constexpr std::size_t kShownKept = 8;  // presences of ours whose echo is known

// Not thread-safe.
class OwnPresence {
 public:
  // What we published last, sealed.
  void shown(std::string sealed);
  // From the bus. True: the owner should take() it, and has not been told so since it last did.
  bool hear(transport::Message message);
  // The last message that was not what we showed; nothing when there was none.
  std::optional<transport::Message> take();
  // Nothing is of interest any more: we take presence down ourselves.
  void close();

 private:
  std::deque<std::string>
      shown_;  // the latest last: the broker's echo of one may come after the next
  std::optional<transport::Message> other_;
  bool closed_ = false;
};

// Who is behind `message`. Nothing when it is this very session's own, as an earlier presence that comes back late. `own`: the
// key that we sign with; of `trust`, only signatures are asked.
std::optional<OtherPresence> read_other(const transport::Message& message, const x509::Key& own,
                                        const std::string& session, const security::Trust& trust);

}  // namespace muster::agent
