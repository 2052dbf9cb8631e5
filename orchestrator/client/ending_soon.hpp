// Certificates and join tokens that end soon: people are told a month before, not by the failure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "proto/x509/certificate.hpp"

namespace muster::settings {
struct Settings;
}

namespace muster::client {

class Link;

inline constexpr std::chrono::hours kEndsSoon{24 * 30};
// A token that is good for less is for the machines of the day, and its end is meant.
inline constexpr std::chrono::hours kTokenLifeWarned{24 * 3};

// A join token that still lets somebody in.
struct TokenEnd {
  std::string id;
  std::int64_t issued_at_ms = 0;
  std::int64_t ends_at_ms = 0;
};
// Whether its end is told at `now_ms`: in the last third of its life, at most kEndsSoon before.
bool is_told(const TokenEnd& token, std::int64_t now_ms);

// What somebody depends on: our own chain, the roots of who commands, the Puppet CAs of who answers,
// the brokers, the issuers of tokens.
struct Depends {
  std::vector<x509::Certificate> own;
  std::vector<x509::Certificate> roots;
  std::vector<x509::Certificate> puppet_cas;
  std::vector<x509::Certificate> brokers = {};  // their servers' own
  std::vector<x509::Certificate> issuers = {};  // of join tokens
  std::vector<TokenEnd> tokens = {};            // whoever has them adds them

  static Depends of(Link& link);
  // And what the brokers of the configuration show, which is asked of each and takes some seconds when
  // one does not answer, and the issuers whose certificates stand beside the configuration.
  static Depends of(Link& link, const settings::Settings& settings);
};

struct Ending {
  std::string what;         // "the certificate of 'alice'", "the root 'Muster operator root'"
  std::string fingerprint;  // hex SHA-256; of a token its id
  std::int64_t ends_at_ms = 0;
  std::int64_t days_left = 0;  // whole ones; 0 on the last day, negative once it is over
  std::string remedy;          // what to do
};

// Those that end within kEndsSoon of `now_ms` or have ended, the first to end first, each once; of tokens
// those that are told, which have not ended.
std::vector<Ending> ending_soon(const Depends& depends, std::int64_t now_ms);

// "the certificate of 'alice' ends in 12 days, on 2026-12-10: 'muster operator create' …"
std::string text_of(const Ending& ending);

// 30, 14, 7, 3, 2, 1 or 0: the stage of warnings that `days_left` has reached. People are told once for each.
std::int64_t warning_stage(std::int64_t days_left);

}  // namespace muster::client
