// The methods that only give names; what they name is judged by judged(). One file a method.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/cli/discovery/discovery.hpp"
#include "orchestrator/cli/discovery/judge.hpp"

namespace muster::cli::sources {

using Names = std::vector<std::string>;

// The file of --nodes, or of --do file=PATH; --do format=text|yaml|json.
Result<Names> file(const Search& search);
// All of stdin. Nothing in it is an error: an empty list must never become "everybody".
Result<Names> piped(const Search& search);
// The program of --do command=PATH, by Choria's external discovery protocol v1; the other options
// are handed to it. It judges the whole filter itself.
Result<Names> external(const Search& search, const std::string& collective);

// What an orchestrator keeps of nodes' registrations. It judges the whole filter itself.
inline constexpr std::chrono::milliseconds kRegistryPatience{5'000};  // for a page of its answer
Status registry(client::Link& link, const Search& search, Discovery& found);

// An orchestrator's word about who of the nodes online matches. Who it cannot tell of is asked, when they are few. False:
// nobody gave one in kSnapshotPatience; with Method::snapshot that is an error.
inline constexpr std::chrono::milliseconds kSnapshotPatience{250};
inline constexpr std::size_t kUndecidedAskedMax = 100;
Result<bool> snapshot(client::Link& link, client::Caller& caller, const Search& search,
                      Discovery& found);

// --do KEY=VALUE as a map. Errc::config for what is no KEY=VALUE, twice there, or not among `known`
// (empty: any).
Result<std::map<std::string, std::string>> options_of(const Search& search, const Names& known);

}  // namespace muster::cli::sources
