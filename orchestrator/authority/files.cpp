#include "orchestrator/authority/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "orchestrator/authority/authority.hpp"
#include "proto/base/core_dumps.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/pair_files.hpp"

namespace muster::authority {
namespace {

constexpr std::chrono::milliseconds kLockPatience{3'000};
constexpr std::chrono::milliseconds kLockLook{50};
constexpr mode_t kSecretMode = 0600;
constexpr mode_t kPublicMode = 0644;

bool there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::symlink_status(file, ignored).type() !=
         std::filesystem::file_type::not_found;
}

bool is_pair(const std::vector<NewFile>& files, std::size_t at) {
  if (at + 1 >= files.size()) return false;
  auto certificate = files[at].path;
  return files[at].path.extension() == ".key" &&
         certificate.replace_extension(".pem") == files[at + 1].path;
}

x509::PairFiles pair_at(const std::vector<NewFile>& files, std::size_t at) {
  return {.key = files[at].path, .certificate = files[at + 1].path};
}

Status finish_pairs(const std::vector<NewFile>& files) {
  for (std::size_t i = 0; i < files.size(); ++i)
    if (is_pair(files, i)) MUSTER_TRY(x509::finish_pair(pair_at(files, i)));
  return {};
}

Status finish_all_in(const std::filesystem::path& folder) {
  std::error_code unreadable;  // whoever reads or writes it next says why
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.path().extension() != x509::kNextSuffix) continue;
    auto certificate = entry.path();
    certificate.replace_extension();
    auto key = certificate;
    MUSTER_TRY(x509::finish_pair({key.replace_extension(".key"), certificate}));
  }
  return {};
}

Status keep(const std::filesystem::path& file) {
  if (!there(file)) return {};
  const auto kept = file.string() + kReplacedSuffix;
  std::error_code problem;
  std::filesystem::remove(kept, problem);
  std::filesystem::create_hard_link(file, kept, problem);
  if (!problem) return {};
  return fail(Errc::io,
              fmt::format("cannot keep {} as {}: {}", file.string(), kept, problem.message()));
}

// The file at `at`, or the pair that begins there, and moves `at` behind it.
Status put(const std::vector<NewFile>& files, std::size_t& at) {
  const auto& file = files[at];
  MUSTER_TRY(base::make_folder(file.path.parent_path()));
  if (is_pair(files, at)) {
    MUSTER_TRY(x509::write_pair(pair_at(files, at), file.content, files[at + 1].content));
    at += 2;
    return {};
  }
  MUSTER_TRY(base::write_file(file.path, file.content, file.secret ? kSecretMode : kPublicMode));
  ++at;
  return {};
}

Result<KeyAndCertificate> load_pair(const std::filesystem::path& folder, std::string_view what,
                                    const char* key_file, const char* certificate_file) {
  base::forbid_core_dumps();
  MUSTER_TRY(x509::finish_pair({folder / key_file, folder / certificate_file}));
  auto key = x509::Key::private_from_file(folder / key_file);
  if (!key && key.error().code == Errc::not_found)
    return fail(Errc::config,
                fmt::format("{} is not there: only where the {} is kept can what it signs be made; "
                            "'muster init' makes new roots",
                            (folder / key_file).string(), what));
  if (!key) return fail(Errc::config, std::move(key).error().message);
  MUSTER_ASSIGN(const auto pem, base::read_file(folder / certificate_file));
  MUSTER_ASSIGN(const auto all,
                x509::Certificate::all_from_pem(pem, (folder / certificate_file).string()));
  // Two while the root is rotated.
  const auto its = std::find_if(all.begin(), all.end(), [&](const auto& certificate) {
    return certificate.is_ca() && certificate.matches(*key);
  });
  if (its == all.end())
    return fail(Errc::config, fmt::format("{} and {} do not belong together",
                                          (folder / key_file).string(), certificate_file));
  return KeyAndCertificate{*std::move(key), *its};
}

}  // namespace

Result<std::vector<NewFile>> files_of(const KeyAndCertificate& holder,
                                      const std::filesystem::path& folder,
                                      const std::string& name) {
  MUSTER_ASSIGN(auto key_pem, holder.key.private_pem());
  return std::vector<NewFile>{{folder / (name + ".key"), std::move(key_pem), true},
                              {folder / (name + ".pem"), holder.certificate.pem(), false}};
}

Result<base::UniqueFd> lock_folder(const std::filesystem::path& folder) {
  MUSTER_TRY(base::make_folder(folder));
  base::UniqueFd lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto until = std::chrono::steady_clock::now() + kLockPatience;
  bool held = false;
  while (lock && !(held = ::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) && errno == EWOULDBLOCK &&
         std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(kLockLook);
  if (!held)
    return fail(Errc::config, fmt::format("cannot lock folder {}: {}", folder.string(),
                                          errno == EWOULDBLOCK ? "another muster is writing into it"
                                                               : std::strerror(errno)));
  MUSTER_TRY(finish_all_in(folder));
  return lock;
}

Status write_over(const std::vector<NewFile>& files) {
  MUSTER_TRY(finish_pairs(files));
  for (const auto& file : files) MUSTER_TRY(keep(file.path));
  for (std::size_t i = 0; i < files.size();) MUSTER_TRY(put(files, i));
  return {};
}

Status write_new(const std::vector<NewFile>& files) {
  MUSTER_TRY(finish_pairs(files));
  for (const auto& file : files)
    if (there(file.path))
      return fail(Errc::config, fmt::format("{} exists and is never overwritten; move it away or "
                                            "choose another folder",
                                            file.path.string()));
  for (std::size_t i = 0; i < files.size();) {
    const auto wrote = put(files, i);
    if (wrote) continue;
    std::error_code ignored;  // the first failure is the one to tell
    for (const auto& file : files)
      for (const auto* suffix : {"", x509::kNextSuffix})
        std::filesystem::remove(file.path.string() + suffix, ignored);
    return wrote;
  }
  return {};
}

Result<KeyAndCertificate> load_root(const std::filesystem::path& folder) {
  return load_pair(folder, "operator root", kRootKeyFile, kRootFile);
}

Result<KeyAndCertificate> load_orchestrator_root(const std::filesystem::path& folder) {
  return load_pair(folder, "orchestrator root", kOrchestratorRootKeyFile, kOrchestratorRootFile);
}

}  // namespace muster::authority
