// A description that is read when somebody first asks for it: a node brings two dozen, and is asked for few.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/guarded.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

// `Description`: Agent or Data. Thread-safe. Copies share what was read.
template <class Description>
class Lazy {
 public:
  using Read = std::function<Description()>;

  // Read already.
  Lazy(Description description) : kept_(std::make_shared<Kept>()) {
    kept_->name = description.name;
    *base::Locked(kept_->description) = std::move(description);
  }
  // `name` is what the description will say. What `read` throws comes out of get(), which reads again the next time.
  Lazy(std::string name, Read read) : kept_(std::make_shared<Kept>()) {
    kept_->name = std::move(name);
    kept_->read = std::move(read);
  }

  // Known without reading.
  const std::string& name() const { return kept_->name; }
  // Stays valid as long as any copy.
  const Description& get() const {
    // Not std::call_once: after a read that threw, the next one waits for ever where the thread sanitizer intercepts
    // pthread_once. What is here once is changed no more, so that it may be used without the lock.
    const base::Locked description(kept_->description);
    if (!*description) *description = kept_->read();
    return **description;
  }

 private:
  struct Kept {
    std::string name;
    Read read;
    base::Guarded<std::optional<Description>> description;  // locked while it is read
  };
  std::shared_ptr<Kept> kept_;
};

}  // namespace muster::ddl
