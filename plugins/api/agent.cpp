#include "plugins/api/agent.hpp"

namespace muster::plugins {

ActionReply ActionReply::ok(Value data, std::string message) {
  return ActionReply{0, std::move(message), std::move(data)};
}

ActionReply ActionReply::failed(const Error& error) {
  return ActionReply{base::status_of(error.code), error.message, Value::object()};
}

}  // namespace muster::plugins
