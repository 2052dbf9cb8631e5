// Data plugins in any language, asked as Choria's external agents are. Choria itself has none, so the
// messages are Muster's, made after its own.
#pragma once

#include <filesystem>
#include <string>

#include "node-agent/external/surroundings.hpp"
#include "plugins/api/data.hpp"

namespace muster::external {

inline constexpr std::string_view kDataRequest = "io.choria.mcorpc.external.v1.data_request";

// One run of its program for each question. The request has the keys $schema, protocol, plugin and
// query (null when it was asked without one); the reply has data, a map of the described outputs, or
// error, a text.
class ExternalData final : public plugins::DataPlugin {
 public:
  // `around` outlives it.
  ExternalData(ddl::Data ddl, std::filesystem::path program, const Surroundings& around)
      : ddl_(std::move(ddl)), program_(std::move(program)), around_(around) {}

  const ddl::Data& ddl() const override { return ddl_; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  const std::filesystem::path program_;
  const Surroundings
      around_;  // a copy: whoever found it may go on with it after the watch has ended
};

}  // namespace muster::external
