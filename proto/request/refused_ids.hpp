// Which requests of each caller were refused lately. The replay window does not remember them, or whoever has no
// rights could fill it; and a request that comes again must not be answered, nor audited, as a new one.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>

#include "proto/base/guarded.hpp"
#include "proto/messages/request.hpp"

namespace muster::request {

inline constexpr std::size_t kRefusedIdsKeptMax = 128;        // of one caller, the latest
inline constexpr std::size_t kRefusedCallersKeptMax = 1'024;  // whose ids are kept

// Thread-safe. A caller has room of its own.
class RefusedIds {
 public:
  bool knows(const messages::Request& request) const;
  void keep(const messages::Request& request);

 private:
  using ByCaller = std::map<std::string, std::deque<std::string>>;  // the latest last

  base::Guarded<ByCaller> ids_;
};

// One that is too long is refused as such, whatever follows; as much as tells it from good ones is kept.
std::string id_kept(const messages::Request& request);

}  // namespace muster::request
