// Inventories of Ansible as lists of nodes: INI, YAML, and the JSON of "ansible-inventory --list".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

// Whether a line of `list` is a group's head, "[web]" or "[web:vars]", or a host with variables: "n1 ansible_host=…".
bool is_ansible_ini(std::string_view list);
// The hosts of all groups. Variables and groups of groups are passed over; ranges ("web[01:20]",
// "db-[a:c]") are written out. Errors as those of names_from().
Result<std::vector<std::string>> from_ansible_ini(std::string_view list, std::string_view name);

// Whether groups with "hosts" or "children" stand in `document`.
bool is_ansible_document(const Value& document);
Status add_ansible_document(std::vector<std::string>& names, const Value& document,
                            const std::string& where);

}  // namespace muster::cli
