#include "node-agent/revocation/crl_courier.hpp"

#include <fmt/format.h>

#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/messages/revocation_pieces.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {

CrlCourier::CrlCourier(Ways ways, const base::Clock& clock)
    : ways_(std::move(ways)), clock_(clock), thread_([this] { work(); }) {}

CrlCourier::~CrlCourier() {
  state_.with_lock([](State& state) { state.stopping = true; });
  wake_.notify_all();
  thread_.join();
}

void CrlCourier::deliver_again() {
  state_.with_lock([](State& state) { state.due = state.asked = true; });
  wake_.notify_all();
}

void CrlCourier::work() {
  base::name_thread("crl courier");
  while (!base::Locked(state_)->stopping) {
    const auto pause = look();
    base::Locked state(state_);
    state.wait_for(wake_, pause, [&] { return state->stopping || may_hurry(*state); });
  }
}

// Who is refused asks again and again; that must not keep a broker busy.
bool CrlCourier::may_hurry(const State& state) const {
  return state.asked && clock_.steady() - state.tried_at > kDeliverFirstPause;
}

CrlCourier::Seen CrlCourier::look_at_file() const {
  const auto file = ways_.cadir / kOwnCrlFile;
  std::error_code ignored;
  Seen seen;
  seen.changed = std::filesystem::last_write_time(file, ignored);
  seen.size = std::filesystem::file_size(file, ignored);
  return seen;
}

std::chrono::milliseconds CrlCourier::look() {
  const auto seen = look_at_file();
  {
    const base::Locked state(state_);
    const bool again = clock_.steady() - delivered_at_ > kDeliverAgain;
    if (!state->due && !again && seen == delivered_) return ways_.look;
    state->tried_at = clock_.steady();
    state->asked = false;
    state->due = false;  // what is asked from now on may be about a later broker
  }
  const auto done = deliver();
  if (done) {
    delivered_ = seen;
    delivered_at_ = clock_.steady();
    backoff_.reset();
    told_.clear();
    failing_since_.reset();
    return ways_.look;
  }
  tell(done.error());
  state_.with_lock([](State& state) { state.due = true; });
  return backoff_.next();
}

void CrlCourier::tell(const Error& why) {
  constexpr auto kText = "this CA's revocation list is not delivered yet; tried again";
  const auto now = clock_.steady();
  const bool first = !failing_since_;
  if (first) failing_since_ = now;
  if (why.code == Errc::refused && now - *failing_since_ < kRefusedAtFirst) {
    if (first) log::info(kText, {{"why", why.message}});
    return;
  }
  if (told_ != why.message) log::warning(kText, {{"why", why.message}});
  told_ = why.message;
}

Status CrlCourier::deliver() const {
  MUSTER_ASSIGN(const auto signer, ways_.signer());
  MUSTER_ASSIGN(const auto own, read_own_crl(ways_.cadir, signer.chain().front()));
  MUSTER_ASSIGN(const auto bus, ways_.connect(signer));
  const auto done = publish_all(*bus, signer, own);
  bus->disconnect();
  return done;
}

Status CrlCourier::publish_all(transport::Bus& bus, const security::Signer& signer,
                               const OwnCrl& own) const {
  MUSTER_ASSIGN(const auto pieces,
                messages::split_revocations(own.crl.der(), {.ca_fingerprint = own.ca.fingerprint(),
                                                            .number = own.crl.number(),
                                                            .now_ms = clock_.unix_ms()}));
  for (std::uint32_t i = 0; i < messages::kPiecesMax; ++i) {
    const auto topic = transport::topics::revocation_piece(ways_.collective, signer.name(),
                                                           messages::piece_level(i));
    std::string sealed;  // empty behind the last: a longer list may have stood there
    if (i < pieces.size()) {
      MUSTER_ASSIGN(sealed, signer.seal(envelope::Kind::revocation_piece, pieces[i].encode()));
    }
    MUSTER_TRY(bus.publish(topic, std::move(sealed), {.retain = true}));
  }
  MUSTER_TRY(bus.flush(kDeliverPatience));
  log::info(
      "this CA's revocation list is on the bus",
      {{"number", std::to_string(own.crl.number())}, {"revoked", std::to_string(own.crl.size())}});
  return {};
}

}  // namespace muster::agent
