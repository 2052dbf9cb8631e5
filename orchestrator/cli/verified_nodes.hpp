// Nodes' certificates that earlier commands of this user have verified, on disk: a private folder with one file, public data,
// safe to delete. What of it is believed, and when not: security::TrustStore::recall().
#pragma once

#include <filesystem>

#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"

namespace muster::cli {

// cache_folder("verified")/nodes; empty where there is no home.
std::filesystem::path verified_nodes_file();

// Has `nodes` recall what the file says. Without a file nothing. Errc::refused when others could have written it, else why it cannot
// be read; then everything is verified anew, and keep_verified_nodes() replaces it.
Status recall_verified_nodes(security::TrustStore& nodes, const std::filesystem::path& file);

// Writes the file, when `nodes` has verified what it did not recall: the old or the new content stands there, never half, and of two
// commands at once that of the last. A new folder is the user's alone (0700). Not flushed to the disk: what a crash leaves damaged is
// noticed by recall_verified_nodes().
Status keep_verified_nodes(const security::TrustStore& nodes, const std::filesystem::path& file);

}  // namespace muster::cli
