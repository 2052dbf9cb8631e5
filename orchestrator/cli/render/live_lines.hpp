// Lines at the foot of a terminal, drawn again in place.
#pragma once

#include <string>
#include <vector>

namespace muster::cli::render {

// Only lines that changed are touched, so nothing flickers; the cursor rests below the last one, so that whatever
// ends the program leaves the screen whole. Not thread-safe.
class LiveLines {
 public:
  // What to write to the terminal so that it shows `lines`, of which none may be wider than the screen. Empty when
  // nothing changed. Lines that no longer fit on a screen of `rows` are left out, with a word on how many.
  std::string show(std::vector<std::string> lines, std::size_t rows);

 private:
  std::vector<std::string> shown_;
};

}  // namespace muster::cli::render
