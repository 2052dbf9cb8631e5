// Whose line a message joins where messages wait to be verified, and the topic does not say who sent it.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace muster::security {

inline constexpr std::size_t kKnownSendersMax =
    4'096;  // certificates that have a line of their own

// A certificate that has signed a good message has a line of its own; all others share one, or a sender could make as
// many lines as it likes with certificates that nobody issued. The certificate is read and not verified: a copy of
// somebody else's joins that one's line, and costs the verifier a signature. Thread-safe.
class SenderLines {
 public:
  static constexpr std::string_view kStrangers = "(unknown senders)";

  // Cheap: for the bus's thread.
  std::string line_of(std::string_view message) const;
  // A message with this certificate (hex SHA-256 of its DER) has verified; `name` is the certificate's, for people.
  void know(const std::string& certificate_fingerprint, const std::string& name);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> known_;  // lines by fingerprint
};

}  // namespace muster::security
