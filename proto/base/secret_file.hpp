// Keys, passwords and tokens from files, guarded and not left behind in memory.
#pragma once

#include <filesystem>
#include <string>

#include "proto/base/guard.hpp"
#include "proto/base/result.hpp"

namespace muster::base {

inline constexpr std::size_t kSecretFileMaxBytes = 64 * 1024;

// Overwrites the text in a way that no optimiser leaves out, and empties it.
void wipe(std::string& secret);

// A text that is wiped when it goes. Copies that others make of it are theirs to wipe.
class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret& operator=(Secret&&) = delete;
  ~Secret() { wipe(text_); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// The file's content, once check_guard() has nothing against it: Errc::not_found, Errc::refused as
// there, Errc::limit above `max_bytes`, Errc::io. Messages name the file, never its content.
Result<Secret> read_secret(const std::filesystem::path& path, Guard guard = Guard::secret,
                           std::size_t max_bytes = kSecretFileMaxBytes);

}  // namespace muster::base
