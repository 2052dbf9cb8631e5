// Statements of orchestrators that were refused for a reason that passes: no room for one more CA, a number that
// is a little ahead of our clock. They are kept, to be judged again.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

inline constexpr std::size_t kJudgedLaterMax = 256;
inline constexpr std::size_t kJudgedLaterOfSignerMax =
    64;  // so that no single key takes all places

// Thread-safe.
class JudgeLater {
 public:
  // `signer`: the serial of the certificate that signed it. In place of its earlier one of that topic. False
  // beyond the limits: it is judged again with the next link, when the bus tells it once more.
  bool keep(const std::string& signer, transport::Message message);
  // None is kept any more: those that are refused once more are to be given again.
  std::vector<transport::Message> take_all();

 private:
  base::Guarded<std::map<std::pair<std::string, std::string>, transport::Message>>
      kept_;  // by signer and topic
};

}  // namespace muster::client
