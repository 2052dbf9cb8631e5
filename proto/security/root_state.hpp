// Which certificates of a root are in force, and what a statement changes about it. Pure: nothing
// here reads a clock, a file or the bus.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/root_statement.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::security {

// Of one root. A value.
struct RootState {
  std::vector<x509::Certificate> roots;  // one, or two while one follows the other; any order
  std::uint64_t number = 0;              // of the last statement taken; 0: none

  bool has(const x509::Certificate& root) const;
};

// The state once `statement` is taken. Errc::refused, with the reason, when it is not newer, when its
// old root is not obeyed, when another follows that root already, or when it would take the old one
// away before the new one stood beside it.
Result<RootState> follow(const RootState& state, const RootStatement& statement);

// Whether the statement tells nothing new: its new root is obeyed and its old one is not any more.
bool is_history(const RootState& state, const RootStatement& statement);

}  // namespace muster::security
