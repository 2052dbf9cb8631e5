// Nodes looked up by what a filter demands of each, instead of judging all of them: whoever keeps many nodes keeps the keys
// of each (lookup_keys), and judges only those that have one key of each lookup of the filter (Filter::lookups).
//
// A key is a number made of what a node has, so two things may have one: who has the keys need not match. Who lacks one
// does not. Keys are of one process, and not for disks or messages.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace muster::filter {

struct Subject;

using LookupKey = std::uint64_t;
// A node that matches has one of these.
using Lookup = std::vector<LookupKey>;

// Everything of the subject that can be looked up: each agent, each class, each fact with its value. In no order; a key
// may come twice.
std::vector<LookupKey> lookup_keys(const Subject& subject);

// What has the fact `path` equal to `value`, as "PATH=VALUE" means it: the value itself, one of a list, or a key of a map.
// Empty where that cannot be looked up: elements of lists by their number.
Lookup fact_lookup(std::string_view path, std::string_view value);
Lookup agent_lookup(std::string_view agent);
Lookup class_lookup(std::string_view name);

}  // namespace muster::filter
