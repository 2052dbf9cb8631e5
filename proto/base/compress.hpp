// Bytes made smaller for the bus and back again (zlib format, RFC 1950).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::base {

// Errc::limit for more than 4 GiB. Thread-safe.
Result<std::string> compress(std::string_view bytes);

// Never allocates much more than `max_bytes`, whatever the input promises. Errc::limit when it would
// become more than that, Errc::invalid_data when it is damaged, ends early or has something behind it.
// Thread-safe.
Result<std::string> decompress(std::string_view compressed, std::size_t max_bytes);

}  // namespace muster::base
