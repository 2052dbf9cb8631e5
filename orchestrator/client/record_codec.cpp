#include "orchestrator/client/record_codec.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Result<Record> read_record(std::string_view topic, std::string_view payload,
                           const security::Trust& operators) {
  MUSTER_ASSIGN(const auto opened, security::open_from_orchestrator(
                                       payload, envelope::Kind::provision_record, operators));
  MUSTER_ASSIGN(auto record, messages::ProvisionRecord::decode(opened.body));
  if (record.identity != transport::topics::last_level(topic))
    return fail(Errc::refused,
                fmt::format("{} holds a record of {}", topic, base::quoted(record.identity)));
  return record;
}

}  // namespace muster::client
