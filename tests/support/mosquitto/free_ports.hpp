// Ports nobody listens on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster::test {

// Different from each other and free on 127.0.0.1 at this moment. Another process may take one
// before you do: be ready to ask again.
std::vector<std::uint16_t> free_ports(std::size_t count);

}  // namespace muster::test
