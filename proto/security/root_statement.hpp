// A root says who follows it: first both stand side by side, then the old one goes. Such a statement
// is signed by the old root, whom the receivers obey, and by the new one, which shows that it has its
// key. `muster root rotate` makes it; docs/PROTOCOL.md, "Roots".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/security/role.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

inline constexpr std::size_t kRootStatementMaxBytes = 16 * 1024;

// A value.
struct RootStatement {
  Root root = Root::operators;  // operators or orchestrators
  std::uint64_t number = 0;     // of this root; grows with each statement, from 1
  x509::Certificate old_root;
  x509::Certificate new_root;
  bool finished = false;   // the new one alone; else both
  std::int64_t at_ms = 0;  // when it was signed, by the signer's clock
};

// The message, ready to be published. Errc::invalid_data when the keys are not those of the
// certificates, or read_root_statement() would refuse it.
Result<std::string> sign_root_statement(const RootStatement& statement, const x509::Key& old_key,
                                        const x509::Key& new_key);

// Form, size, that both are strong CAs with keys of their own, and that both signed. Whether the old
// one is obeyed is root_state's to judge. Errc::limit, invalid_data or refused.
Result<RootStatement> read_root_statement(std::string_view message);

}  // namespace muster::security
