#include "plugins/systemd/bus.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "proto/base/encoding.hpp"

namespace muster::systemd {
namespace {

using Steady = std::chrono::steady_clock;

std::uint64_t microseconds(Steady::duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}

Error unreachable(const std::string& address, int code) {
  return {Errc::unavailable,
          fmt::format("cannot reach the service manager by {}: {}", address, std::strerror(-code))};
}

}  // namespace

Result<Bus> Bus::connect(const std::string& address, std::chrono::milliseconds patience) {
  MUSTER_ASSIGN(const SdBusLibrary* library, sdbus_library());
  sd_bus* raw = nullptr;
  if (const int code = library->bus_new(&raw); code < 0) return fail(unreachable(address, code));
  Bus bus(library, raw);
  int code = library->set_address(raw, address.c_str());
  if (code >= 0) code = library->set_bus_client(raw, 1);
  if (code >= 0) code = library->set_method_call_timeout(raw, microseconds(patience));
  if (code >= 0) code = library->start(raw);
  if (code < 0) return fail(unreachable(address, code));
  // The library itself would wait for 90 seconds.
  const auto deadline = Steady::now() + patience;
  while ((code = library->is_ready(raw)) == 0)
    if (const auto went = bus.process(deadline); !went)
      return fail(went.error().within("cannot reach the service manager by " + address));
  if (code < 0) return fail(unreachable(address, code));
  return bus;
}

Error Bus::error_of(int code, const sd_bus_error& error) {
  if (code == -ETIMEDOUT) return {Errc::timeout, "the service manager did not answer in time"};
  if (code == -ECONNRESET || code == -ENOTCONN || code == -EPIPE)
    return {Errc::unavailable, "the connection to the service manager was lost"};
  if (error.name == nullptr)
    return {Errc::aborted, fmt::format("the service manager: {}", std::strerror(-code))};
  const std::string_view name = error.name;
  const std::string message = error.message != nullptr ? error.message : error.name;
  if (name == "org.freedesktop.systemd1.NoSuchUnit") return {Errc::not_found, message};
  return {Errc::aborted, message};
}

Result<std::string> Bus::text(Place at, const char* property) {
  ErrorHolder error(*library_);
  char* raw = nullptr;
  const int code = library_->get_property_string(bus_.get(), kService, at.path, at.interface,
                                                 property, error.get(), &raw);
  if (code < 0) return fail(error_of(code, *error.get()));
  const std::unique_ptr<char, decltype(&std::free)> owned(raw, &std::free);
  return std::string(raw);
}

Result<std::uint64_t> Bus::number(Place at, const char* property, char type) {
  ErrorHolder error(*library_);
  std::uint32_t narrow = 0;
  std::uint64_t wide = 0;
  void* into = &narrow;
  if (type == 't') into = &wide;
  const int code = library_->get_property_trivial(bus_.get(), kService, at.path, at.interface,
                                                  property, error.get(), type, into);
  if (code < 0) return fail(error_of(code, *error.get()));
  return type == 't' ? wide : narrow;
}

Result<std::string> Bus::hex(Place at, const char* property) {
  ErrorHolder error(*library_);
  sd_bus_message* raw = nullptr;
  int code = library_->get_property(bus_.get(), kService, at.path, at.interface, property,
                                    error.get(), &raw, "ay");
  if (code < 0) return fail(error_of(code, *error.get()));
  const Message message(raw, MessageUnref{library_});
  const void* bytes = nullptr;
  std::size_t size = 0;
  code = library_->message_read_array(raw, 'y', &bytes, &size);
  if (code < 0) return fail(error_of(code, SD_BUS_ERROR_NULL));
  return base::to_hex({static_cast<const char*>(bytes), size});
}

Result<Slot> Bus::match(Place at, const char* signal, sd_bus_message_handler_t handler,
                        void* data) {
  sd_bus_slot* slot = nullptr;
  const int code = library_->match_signal(bus_.get(), &slot, kService, at.path, at.interface,
                                          signal, handler, data);
  if (code < 0) return fail(error_of(code, SD_BUS_ERROR_NULL));
  return Slot(slot, SlotUnref{library_});
}

Status Bus::process(Steady::time_point deadline) {
  int code = library_->process(bus_.get(), nullptr);
  if (code == 0) {
    const auto left = deadline - Steady::now();
    if (left <= Steady::duration::zero()) return fail(Errc::timeout, "it does not answer");
    code = library_->wait(bus_.get(), microseconds(left));
    if (code == -EINTR) return {};
  }
  if (code < 0) return fail(error_of(code, SD_BUS_ERROR_NULL));
  return {};
}

}  // namespace muster::systemd
