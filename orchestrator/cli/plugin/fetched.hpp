// A description that a node gave, as a file of a folder of descriptions.
#pragma once

#include <filesystem>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

enum class Kept { is_new, is_the_same, replaced };

// `folder`/NAME.json. Another description that lies there is an error (Errc::config) unless `replaces`; Errc::limit
// for one that would be too large to read. Errors of the file are those of write_file().
Result<Kept> keep_description(const std::filesystem::path& folder, const std::string& agent,
                              const Value& description, bool replaces);

}  // namespace muster::cli
