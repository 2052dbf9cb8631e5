#include "proto/base/temp_folder.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace muster::base {

Result<TempFolder> TempFolder::make(std::string_view purpose) {
  auto name = (std::filesystem::temp_directory_path() / fmt::format("{}-XXXXXX", purpose)).string();
  if (::mkdtemp(name.data()) == nullptr)
    return fail(Errc::io, fmt::format("cannot make the folder {}: {}", name, std::strerror(errno)));
  return TempFolder(std::move(name));
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace muster::base
