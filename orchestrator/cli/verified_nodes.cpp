#include "orchestrator/cli/verified_nodes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "orchestrator/cli/cache_folder.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kVerifiedFolderMode = 0700;
constexpr mode_t kVerifiedFileMode = 0600;

Status write_new(const fs::path& file, std::string_view content) {
  const base::UniqueFd fd(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kVerifiedFileMode));
  while (fd && !content.empty()) {
    const auto wrote = ::write(fd.get(), content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (fd && content.empty()) return {};
  return fail(Errc::io, fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
}

}  // namespace

fs::path verified_nodes_file() {
  const auto folder = cache_folder("verified");
  return folder.empty() ? folder : folder / "nodes";
}

Status recall_verified_nodes(security::TrustStore& nodes, const fs::path& file) {
  const auto guarded = base::check_guard(file, base::Guard::secret);
  if (!guarded && guarded.error().code == Errc::not_found) return {};
  MUSTER_TRY(guarded);
  MUSTER_ASSIGN(const auto bytes, base::read_file(file, security::known_chains_max_bytes()));
  auto chains = security::decode_known_chains(bytes);
  if (!chains) return fail(chains.error().within(file.string()));
  nodes.recall(*std::move(chains));
  return {};
}

Status keep_verified_nodes(const security::TrustStore& nodes, const fs::path& file) {
  if (nodes.verified_anew() == 0) return {};
  MUSTER_TRY(base::make_folder(file.parent_path(), kVerifiedFolderMode));
  MUSTER_TRY(base::check_guard(file.parent_path(), base::Guard::folder));
  const auto next =
      file.parent_path() / fmt::format(".{}.{}", file.filename().string(), base::random_id());
  auto written = write_new(next, security::encode_known_chains(nodes.known_chains()));
  if (written && std::rename(next.c_str(), file.c_str()) != 0)
    written =
        fail(Errc::io, fmt::format("cannot replace {}: {}", file.string(), std::strerror(errno)));
  if (!written) ::unlink(next.c_str());
  return written;
}

}  // namespace muster::cli
