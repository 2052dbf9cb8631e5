// The node's identity by name or /re/.
#pragma once

#include "proto/filter/name_list.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class IdentityTerm final : public Term {
 public:
  explicit IdentityTerm(WantedName wanted) : wanted_(std::move(wanted)) {}
  Truth evaluate(const Subject& subject) const override {
    return truth(matches(wanted_, subject.identity));
  }
  // Compounds know no identities: only shown.
  std::string printed() const override { return printed_name(wanted_); }
  std::string found(const Subject& subject) const override { return std::string(subject.identity); }

 private:
  WantedName wanted_;
};

// All of what -I got.
Result<TermPtr> parse_whole_identity(Scanner& scanner);

}  // namespace muster::filter
