// What `muster provision audit` shows of one master.
#pragma once

#include <string>

#include "orchestrator/client/caller.hpp"

namespace muster::cli::render {

// The certificates that puppetca#audit found, how to revoke each, and what it could not judge. Lines
// end with '\n'. Read without believing the reply's form.
std::string lost_text(const client::NodeResult& master);

// Whether it found any.
bool has_lost(const client::NodeResult& master);

}  // namespace muster::cli::render
