// The CALLERS field of a policy line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/policy/groups.hpp"

namespace muster::policy {

// "*", or exact caller ids and names of groups. Immutable.
class Callers {
 public:
  static Result<Callers> parse(std::string_view field, std::shared_ptr<const Groups> groups);
  bool hold(const Caller& caller) const;

 private:
  bool any_ = false;
  std::vector<std::string> ids_;
  std::vector<std::string> names_of_groups_;
  std::shared_ptr<const Groups> groups_;
};

// Whether a list field is "*", anyone or anything; a '*' among other words is an error.
Result<bool> is_any(std::string_view what, const std::vector<std::string>& words);

}  // namespace muster::policy
