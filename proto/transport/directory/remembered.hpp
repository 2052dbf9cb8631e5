// What a watch has told, over lost links.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace muster::transport {

// Tells what is gone once a new link's snapshot is complete. Not thread-safe.
class Remembered {
 public:
  // Of topics beyond `capacity` it is not known when they go.
  explicit Remembered(std::size_t capacity) : capacity_(capacity) {}

  // A topic holds something, or nothing (`empty`). What is not believed makes nothing younger that was believed before.
  void heard(const std::string& topic, bool empty, bool believed);
  void lost() { ++link_; }
  // Topics that held something on an earlier link and were not heard on this one: they are forgotten.
  std::vector<std::string> take_gone();

 private:
  const std::size_t capacity_;
  std::uint64_t link_ = 0;
  std::map<std::string, std::uint64_t> since_;  // the link on which it was heard last
};

}  // namespace muster::transport
