#include "tests/support/fakes/temp_folder.hpp"

#include <stdlib.h>

#include <cstdio>
#include <system_error>

#include "proto/base/files.hpp"

namespace muster::fakes {
namespace {

[[noreturn]] void give_up(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::abort();
}

}  // namespace

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "muster-test.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) give_up("cannot make folder " + name);
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempFolder::write(const std::filesystem::path& name, std::string_view content,
                                        mode_t mode) const {
  const auto file = path_ / name;
  if (const auto wrote = base::write_file(file, content, mode); !wrote)
    give_up(wrote.error().message);
  return file;
}

std::string TempFolder::read(const std::filesystem::path& name) const {
  auto content = base::read_file(path_ / name);
  if (!content) give_up(content.error().message);
  return std::move(*content);
}

}  // namespace muster::fakes
