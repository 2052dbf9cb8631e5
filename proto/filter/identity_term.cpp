#include "proto/filter/identity_term.hpp"

#include "proto/base/names.hpp"

namespace muster::filter {

Result<TermPtr> parse_whole_identity(Scanner& scanner) {
  if (scanner.rest().starts_with('/')) {
    MUSTER_ASSIGN(auto regex, scanner.counted(regex_from_slashes(scanner.rest()), 0));
    return std::make_unique<IdentityTerm>(std::move(regex));
  }
  const std::string identity(scanner.rest());
  if (auto name = base::check_identity(identity); !name) return scanner.error(name.error().message);
  return std::make_unique<IdentityTerm>(identity);
}

}  // namespace muster::filter
