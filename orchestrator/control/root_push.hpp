// The action root_push: what a root says who follows it goes to the whole fleet.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::client {
class Link;
}

namespace muster::control {

// `statement`: the message in base64url. This orchestrator obeys it first; then it is retained on the
// bus. Before an orchestrator root goes, what is retained of it is signed anew. Errc::refused when it
// is not to be believed.
Result<Value> push_root(client::Link& link, const std::string& statement);

}  // namespace muster::control
