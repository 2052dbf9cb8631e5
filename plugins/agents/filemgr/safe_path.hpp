// Reaching a file by its path without being led elsewhere on the way.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::filemgr {

struct Place {
  base::UniqueFd folder;  // O_PATH
  std::string name;       // the last part: no '/', never "." or ".."
  std::string path;       // as given, for messages
};

// Opens the folder of `path`, where no part may be a symbolic link: whoever may write into one of
// the folders on the way could otherwise send root to any file. Errc::invalid_data for a path that is
// not absolute, ends in '/', or has "." or ".." in it; refused for a link on the way, with the path
// to give instead; not_found, io.
Result<Place> place_of(const std::string& path);

}  // namespace muster::plugins::filemgr
