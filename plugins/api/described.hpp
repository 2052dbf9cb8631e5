// Plugins that come with Muster: their descriptions are compiled in, and read at first use.
#pragma once

#include <string>
#include <utility>

#include "plugins/api/agent.hpp"
#include "plugins/api/data.hpp"
#include "proto/ddl/lazy.hpp"

namespace muster::plugins {

class DescribedAgent : public Agent {
 public:
  explicit DescribedAgent(ddl::Lazy<ddl::Agent> ddl) : ddl_(std::move(ddl)) {}

  const std::string& name() const final { return ddl_.name(); }
  const ddl::Agent& ddl() const final { return ddl_.get(); }

 private:
  const ddl::Lazy<ddl::Agent> ddl_;
};

class DescribedData : public DataPlugin {
 public:
  explicit DescribedData(ddl::Lazy<ddl::Data> ddl) : ddl_(std::move(ddl)) {}

  const std::string& name() const final { return ddl_.name(); }
  const ddl::Data& ddl() const final { return ddl_.get(); }

 private:
  const ddl::Lazy<ddl::Data> ddl_;
};

}  // namespace muster::plugins
