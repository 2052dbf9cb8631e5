// What a site's attestation program said of a machine.
#pragma once

#include <string>

namespace muster::admission {

struct Attestation {
  enum class Word {
    admit,
    refuse,
    wait  // it is asked again when the machine announces itself again
  };
  Word word = Word::wait;
  std::string reason;  // in words for whoever looks after the machine
};

}  // namespace muster::admission
