// One page of a registry's answer.
#pragma once

#include <cstddef>

#include "orchestrator/registry/registry_store.hpp"
#include "proto/messages/registry.hpp"

namespace muster::registry {

inline constexpr std::size_t kPageEntriesMax = 20'000;  // nodes in one answer
inline constexpr std::size_t kPageMaxBytes =
    800 * 1024;  // of their names and contents, before they are compressed

class Page {
 public:
  // `reply` must outlive it.
  Page(messages::RegistryReply& reply, bool with_content)
      : reply_(reply), with_content_(with_content) {}

  // False where this node begins the next page; `reply` says so then.
  bool add(const Stored& stored, bool undecided);

 private:
  messages::RegistryReply& reply_;
  const bool with_content_;
  std::size_t bytes_ = 0;
};

}  // namespace muster::registry
