#include "orchestrator/cli/provision_session.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/session.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {

Result<ProvisionSession> open_provision(const CommonOptions& common,
                                        client::Records::ChangeHandler on_change,
                                        const std::string& collective) {
  ProvisionSession session;
  MUSTER_ASSIGN(session.link, connect(common, collective));
  MUSTER_ASSIGN(session.records, client::Records::watch(*session.link, std::move(on_change)));
  MUSTER_TRY(session.records->wait_complete(kRecordsPatience));
  return session;
}

Result<client::Record> record_of(const client::Records& records, const std::string& node) {
  if (auto found = records.find(node)) return *found;
  std::vector<std::string> known;
  for (const auto& record : records.all()) known.push_back(record.identity);
  const auto near = base::nearest(node, known);
  return fail(Errc::not_found,
              fmt::format("no orchestrator has told of a node {}{}", base::quoted(node),
                          near ? fmt::format("; did you mean '{}'?", *near)
                               : "; see 'muster provision list'"));
}

}  // namespace muster::cli
