// Names for a list of nodes, one by one or as a range of Ansible's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::cli {

// Adds one name to a list. Errc::invalid_data when it is no node's, Errc::limit beyond
// kNameListMaxNames; `where` is the place, for the message.
Status add_name(std::vector<std::string>& names, std::string_view identity,
                const std::string& where);

// The same for "web[01:20].example", "db-[a:c]" and "web[1:9:2]", which stand for several, and for a name
// with a port behind.
Status add_hosts(std::vector<std::string>& names, std::string_view host, const std::string& where);

}  // namespace muster::cli
