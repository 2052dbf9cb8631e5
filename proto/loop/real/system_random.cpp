#include "proto/loop/real/system_random.hpp"

#include <random>

#include "proto/base/encoding.hpp"

namespace muster::loop {

std::string SystemRandom::id() {
  return base::random_id();
}

double SystemRandom::share() {
  std::random_device device;
  return std::generate_canonical<double, 32>(device);
}

}  // namespace muster::loop
