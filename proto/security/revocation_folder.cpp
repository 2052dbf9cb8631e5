#include "proto/security/revocation_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::security {
namespace {

constexpr auto kListSuffix = ".crl";

constexpr auto kThen = "whoever it revoked is refused again once the bus has told its list";

}  // namespace

Status RevocationFolder::load(TrustStore& store) const {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error))
    if (at->path().extension() == kListSuffix) files.push_back(at->path());
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error)
    return fail(Errc::io, fmt::format("cannot list {}: {}", folder_.string(), error.message()));
  std::sort(files.begin(), files.end());
  for (const auto& file : files)
    if (auto loaded = load_file(file, store); !loaded)
      (void)base::put_aside(file, {"revocation list", kThen, loaded.error().message});
  return {};
}

Status RevocationFolder::load_file(const std::filesystem::path& file, TrustStore& store) const {
  MUSTER_ASSIGN(const auto pem, base::read_file(file, kListFileMaxBytes));
  MUSTER_ASSIGN(const auto list, x509::RevocationList::from_pem(pem, file.string()));
  const auto taken = store.take(list);
  if (!taken) return fail(taken.error());
  return {};
}

Status RevocationFolder::save(const std::string& anchor_fingerprint,
                              const x509::RevocationList& list) const {
  return base::write_file(folder_ / (anchor_fingerprint + kListSuffix), list.pem());
}

}  // namespace muster::security
