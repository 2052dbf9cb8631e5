// The node's identity by name or /re/.
#pragma once

#include <variant>

#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

class IdentityTerm final : public Term {
 public:
  explicit IdentityTerm(std::variant<std::string, Regex> wanted) : wanted_(std::move(wanted)) {}
  Truth evaluate(const Subject& subject) const override;
  // Compounds know no identities: only shown.
  std::string printed() const override;

 private:
  std::variant<std::string, Regex> wanted_;
};

// All of what -I got.
Result<TermPtr> parse_whole_identity(Scanner& scanner);

}  // namespace muster::filter
