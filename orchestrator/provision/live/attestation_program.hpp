// The site's attestation program, see Attestor.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/admission/attestation_word.hpp"
#include "orchestrator/provision/live/asked_program.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

// Section `attestation` of orchestrator.yaml.
struct AttestationOptions {
  std::vector<std::string> program;  // and its arguments; empty: the rules alone decide
  std::chrono::seconds deadline{10};
  std::size_t at_once = 4;  // calls
};

// What became of one question, for the audit.
struct AttestationTold {
  std::string token_id;
  std::string identity;
  std::string key;  // fingerprint of the machine's join key
  std::string address;
  std::string verdict;  // admit, refuse, wait; "none": the program failed
  std::string reason;   // its own, or how it failed
  std::chrono::milliseconds took{0};
};

// Thread-safe.
class AttestationProgram {
 public:
  // Of each question, on the thread that asked. An error: nobody is let in by a word that cannot be recorded.
  using Tell = std::function<Status(const AttestationTold&)>;
  // `tell` may be empty.
  AttestationProgram(AttestationOptions options, Tell tell)
      : program_(std::move(options.program), options.deadline), tell_(std::move(tell)) {}

  // Errors as AskedProgram::ask(); Errc::invalid_data for what is no word; what `tell` gave.
  Result<admission::Attestation> ask(const Value& question) const;
  // As AskedProgram::stop().
  void stop() { program_.stop(); }

 private:
  Result<admission::Attestation> word(const Value& question) const;

  AskedProgram program_;
  const Tell tell_;
};

}  // namespace muster::provision
