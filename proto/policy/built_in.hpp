// The policies that come with Muster (config/policies), compiled in: a machine with a join token
// and nothing else must obey its orchestrators, and nobody else. A file of the same name in the
// policies folder replaces one.
#pragma once

#include <string_view>
#include <vector>

namespace muster::policy {

struct BuiltIn {
  std::string_view agent;
  std::string_view text;
};

const std::vector<BuiltIn>& built_in();

}  // namespace muster::policy
