// Our own address, as the kernel's routes give it.
#pragma once

#include <netdb.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "proto/base/endpoint.hpp"
#include "proto/base/guarded.hpp"

namespace muster::agent {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

// Remembers what it found: a name that cannot be resolved for a moment leaves the link standing, and
// us where we were. Thread-safe.
class OwnAddress {
 public:
  using Resolve = std::function<Addresses(const base::Endpoint&)>;  // null: it cannot be resolved
  explicit OwnAddress(Resolve resolve) : resolve_(std::move(resolve)) {}

  // See address_towards().
  std::string towards(const std::string& broker);

 private:
  const Resolve resolve_;
  base::Guarded<std::map<std::string, std::string>> known_;  // by broker
};

// As getaddrinfo(3) does.
Addresses resolve(const base::Endpoint& endpoint);

}  // namespace muster::agent
