// Ports nobody listens on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster::test {

// Different from each other, free on 127.0.0.1 at this moment, and given to no other test of this network namespace as long as
// this process lives. What is no test may take one before you do: be ready to ask again.
std::vector<std::uint16_t> free_ports(std::size_t count);

}  // namespace muster::test
