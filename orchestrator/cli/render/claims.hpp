// Machines that wait for a name that is taken, for the person who decides.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/records.hpp"

namespace muster::cli::render {

// Of a record with a claim: both machines' addresses and the key, and how to compare it.
std::string claim_text(const client::Record& record, const Style& style);
// A line each: the beginning of its key first, so that no width cuts it; the name; who asks, since when, who has it.
std::string claims_text(const std::vector<client::Record>& records, const Style& style,
                        std::size_t columns);

}  // namespace muster::cli::render
