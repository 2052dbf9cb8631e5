// What people are told of a node, as the record that goes to the outbox shows it.
#pragma once

#include "orchestrator/client/records.hpp"

namespace muster::provision {

enum class News {
  outcome,  // that it is in production, gone, has failed, or stays half-way when it is to go
  claim,    // that another machine asks for its name
  late      // that it has finished no further step for too long
};

inline News news_of(const client::Record& told) {
  if (told.claim) return News::claim;
  return told.told_late ? News::late : News::outcome;
}

// A departure that failed for good: no further attempt has its time, and one that is under way has no reason.
bool stays_half_way(const client::Record& record);

// The record as it goes there for that.
client::Record told_as(News news, client::Record record);

// It stands in the record that the news was told: true when `known` tells of the same, and did not say so.
bool mark_told(client::Record& known, const client::Record& told);
// `known`, which is the node's newest record, says that this news was told.
bool is_told(client::Record known, const client::Record& told);

// The same for the same news of the same run.
std::string key_of(const client::Record& told);

}  // namespace muster::provision
