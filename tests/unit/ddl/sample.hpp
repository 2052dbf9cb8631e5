// A small DDL for the tests, and ways to bend it.
#pragma once

#include <string>

#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

inline Value sample_document() {
  return Value::parse(R"({
    "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/agent.json",
    "metadata": {"name": "service", "description": "Services", "author": "A", "license": "Apache-2.0",
                 "version": "1.2.3", "url": "https://example.net", "timeout": 60},
    "actions": [
      {"action": "restart", "description": "Restarts it", "display": "always",
       "input": {
         "service": {"prompt": "Name", "description": "The service", "type": "string", "optional": false,
                     "validation": "shellsafe", "maxlength": 8},
         "count": {"prompt": "Count", "description": "How often", "type": "integer", "optional": false,
                   "default": 1},
         "force": {"prompt": "Force", "description": "Even so", "type": "boolean", "optional": true},
         "ratio": {"prompt": "Ratio", "description": "Share", "type": "float", "optional": true},
         "size": {"prompt": "Size", "description": "Size", "type": "number", "optional": true},
         "mode": {"prompt": "Mode", "description": "How", "type": "list", "optional": true,
                  "list": ["soft", "hard"]},
         "env": {"prompt": "Env", "description": "Environment", "type": "Hash", "optional": true},
         "tags": {"prompt": "Tags", "description": "Tags", "type": "array", "optional": true}},
       "output": {
         "state": {"description": "State", "display_as": "State", "type": "string", "default": "unknown"},
         "pid": {"description": "Process", "display_as": "PID"}},
       "aggregate": [{"function": "summary", "args": ["state"]}]},
      {"action": "status", "description": "Says how it is", "input": {}, "output": {}}]})");
}

inline Agent sample_agent() {
  auto parsed = parse(sample_document().dump(), "service.json");
  return parsed ? *parsed : Agent{};
}

}  // namespace muster::ddl
