// What the provision commands share.
#pragma once

#include <memory>
#include <string>

#include "orchestrator/cli/program.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::chrono::milliseconds kRecordsPatience{10'000};  // for all retained records

struct ProvisionSession {
  LinkPtr link;
  std::unique_ptr<client::Records> records;
};

// Connected, all records read. `collective`: another than the configuration's.
Result<ProvisionSession> open_provision(const CommonOptions& common,
                                        client::Records::ChangeHandler on_change = {},
                                        const std::string& collective = "");
// Errc::not_found with the nearest node that has a record.
Result<client::Record> record_of(const client::Records& records, const std::string& node);

}  // namespace muster::cli
