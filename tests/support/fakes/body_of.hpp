// The bytes of a message, whether its encoding can fail or not: in a test it does not.
#pragma once

#include <string>
#include <type_traits>

namespace muster::test {

template <class Message>
std::string body_of(const Message& message) {
  if constexpr (std::is_same_v<decltype(message.encode()), std::string>)
    return message.encode();
  else
    return message.encode().value();
}

}  // namespace muster::test
