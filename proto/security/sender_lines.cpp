#include "proto/security/sender_lines.hpp"

#include <fmt/format.h>

#include "proto/envelope/envelope.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

std::string SenderLines::line_of(std::string_view message) const {
  const auto certificate = envelope::first_certificate(message);
  if (certificate.empty()) return std::string(kStrangers);
  const auto fingerprint = x509::sha256_hex(certificate);
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(fingerprint);
  return found == known_.end() ? std::string(kStrangers) : found->second;
}

void SenderLines::know(const std::string& certificate_fingerprint, const std::string& name) {
  constexpr std::size_t kShownDigits = 8;  // two certificates of one name have two lines
  const std::lock_guard lock(mutex_);
  if (known_.contains(certificate_fingerprint)) return;
  // Where certificates last a day, most are over by then; who still sends is known with the next message.
  if (known_.size() >= kKnownSendersMax) known_.clear();
  known_.emplace(certificate_fingerprint,
                 fmt::format("{} ({})", name, certificate_fingerprint.substr(0, kShownDigits)));
}

}  // namespace muster::security
