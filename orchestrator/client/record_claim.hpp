// Nodes' records as entries that orchestrators keep on the bus, and which of two records is the newer one.
// docs/PROTOCOL.md, "Which record stands"; docs/adr/0070-records-are-kept.md.
#pragma once

#include <chrono>
#include <string>

#include "orchestrator/client/records.hpp"
#include "proto/transport/directory/directory.hpp"

namespace muster::client {

// The state of a record that says nothing but that its node is forgotten: no record of before may come back.
inline constexpr const char* kForgotten = "forgotten";
// So long, at least, against orchestrators that were away; a broker may have it for twice that.
inline constexpr std::chrono::hours kForgottenFor{7 * 24};

// Of one link: what a stolen orchestrator makes up, and others put back, must leave room for bans, lists and what we write.
inline constexpr std::size_t kRecordsKeptMax = 100'000;
inline constexpr std::size_t kRecordsOfOthersMax = 50'000;

inline bool is_forgotten(const Record& record) {
  return record.state == kForgotten;
}

// That a node is forgotten was said for long enough at that time (Unix): it counts no more, and the topic may hold nothing.
bool is_over(const Record& record, std::int64_t now_ms);

// By when the run began, then by its lease, then by the time. Whoever writes sees to it that this grows: see follow().
transport::Rank rank_of(const Record& record);

// `next` is about to be written by who knows `known`, which was newest: of one lease it becomes the newer one, whatever the
// clocks say. False: `known` is of a later lease or run, and `next` must not be written.
bool follow(Record& next, const Record& known);

// What `by` says of the node of `known`, its newest record, from now on.
Record forgotten(const Record& known, std::string by, std::int64_t now_ms);

// `sealed` is `record` as it was signed, by whomever. Records that are newer are kept from then on in its place; who hears that
// the node is forgotten leaves the topic to who said it. The link must outlive the claim.
transport::Claim record_claim(LinkCore& link, const Record& record, std::string sealed);

}  // namespace muster::client
