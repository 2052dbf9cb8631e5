// A case as most are: a node with a pattern token, a name of which nothing is known, one CA that
// answers that it knows nothing either. Tests change one thing.
#pragma once

#include "orchestrator/admission/judge.hpp"

namespace muster::admission {

inline constexpr std::int64_t kCaseNowMs = 1'800'000'000'000;
inline constexpr std::int64_t kCaseHourMs = 3'600'000;

inline CaAnswer answer_of(const std::string& master, bool has_certificate,
                          const std::string& fingerprint = "") {
  return {master, "ca-of-" + master, has_certificate, fingerprint};
}

inline Case usual_case() {
  Case it;
  it.now_ms = kCaseNowMs;
  it.rules.collective = "main";
  it.rules.workflows = {"puppet", "db"};
  it.rules.masters = {"puppet-1.example"};
  it.applicant.identity = "web-1.example";
  it.applicant.key_fingerprint = "new-key";
  auto& token = it.applicant.token;
  token.id = "t-1";
  token.collective = "main";
  token.identities = {"*"};
  token.uses = 0;
  token.issued_at_ms = kCaseNowMs - kCaseHourMs;
  token.expires_at_ms = kCaseNowMs + kCaseHourMs;
  it.name.answers = std::vector{answer_of("puppet-1.example", false)};
  return it;
}

// The name's certificate is valid, and its record says so too.
inline Case held_case() {
  auto it = usual_case();
  it.name.record =
      NameRecord{"finished", "puppet-1.example",      "old-key", kCaseNowMs - 10 * kCaseHourMs,
                 {},         "ca-of-puppet-1.example"};
  it.name.answers = std::vector{answer_of("puppet-1.example", true, "old-certificate")};
  return it;
}

inline void make_exact(Case& it) {
  it.applicant.token.identities = {it.applicant.identity};
  it.applicant.token.uses = 1;
}

}  // namespace muster::admission
