// A data plugin in process: answers one question about the node, for filters (-S) and for
// rpcutil#get_data. Described by its DDL.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::plugins {

// Called from several threads at once: implementations are thread-safe. Reads only: a filter must
// not change what it looks at. Exceptions that escape are an error of that query alone.
class DataPlugin {
 public:
  virtual ~DataPlugin() = default;
  virtual const ddl::Data& ddl() const = 0;
  // The description's. Where that is read at first use, this does not read it.
  virtual const std::string& name() const { return ddl().name; }
  // Whether this node offers it at all. Asked at start and at each reload.
  virtual bool active() const { return true; }
  // `argument` fits the description; none when the function was called without one. A map of the
  // described outputs: text, numbers and booleans. May block up to the description's timeout. An
  // error makes the expression that asks false.
  virtual Result<Value> query(const std::optional<std::string>& argument) = 0;
};

}  // namespace muster::plugins
