// Nodes looked up by what a filter demands of each, instead of judging all of them: whoever keeps many nodes keeps the keys
// of each (lookup_keys), and judges only those that have one key of each lookup of the filter (Filter::lookups).
//
// A key is a number made of what a node has, so two things may have one: who has the keys need not match. Who lacks one
// does not. Keys are of one process, and not for disks or messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace muster::filter {

struct Subject;

using LookupKey = std::uint64_t;
// A node that matches has one of these.
using Lookup = std::vector<LookupKey>;

// Everything of the subject that can be looked up: each agent, each class, each fact with its value; sorted, each once.
// Nothing when there are more than `keys_max`: then it may match whatever is looked up. Costs what the subject's text is long.
std::optional<std::vector<LookupKey>> lookup_keys(const Subject& subject, std::size_t keys_max);

// What has the fact `path` equal to `value`, as "PATH=VALUE" means it: the value itself, one of a list, or a key of a map.
// Empty where that cannot be looked up: elements of lists by their number.
Lookup fact_lookup(std::string_view path, std::string_view value);
Lookup agent_lookup(std::string_view agent);
Lookup class_lookup(std::string_view name);

}  // namespace muster::filter
