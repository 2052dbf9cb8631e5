// What is decided about a machine that announces itself in the join zone, and why.
#pragma once

#include <string>

namespace muster::admission {

enum class Decision {
  admit,
  refuse,
  wait,    // until an operator approves it
  ask,     // the Puppet CAs have to be asked first: judge again with their answers
  attest,  // the rules admit it, the site's attestation has to be asked: judge again with its word
  later    // until it announces itself again: what is in the way may be over by then
};

// What lets a machine have the name.
enum class Ground {
  none,
  free_name,  // nobody's certificate holds it
  same_key,   // the very machine that was provisioned under it
  old_key,    // proof of the key of the name's valid certificate
  token,      // a token that replaces
  approval,   // an operator said so, for this key
  provider    // the provider of the machines says that the old instance is gone
};

struct Verdict {
  Decision decision = Decision::refuse;
  Ground ground = Ground::none;
  std::string reason;    // for refuse, wait and later: what is in the way and what to do
  bool counts = false;   // the token is used once more by this
  bool further = false;  // and not by the name's first key
};

}  // namespace muster::admission
