// A connection to a D-Bus bus, for one thread and a few calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "plugins/systemd/sdbus_library.hpp"
#include "proto/base/result.hpp"

namespace muster::systemd {

// For the connection, and for each call's answer.
inline constexpr std::chrono::milliseconds kBusPatience{10'000};

struct BusCloser {
  const SdBusLibrary* library;
  void operator()(sd_bus* bus) const { library->close_unref(bus); }
};
struct MessageUnref {
  const SdBusLibrary* library;
  void operator()(sd_bus_message* message) const { library->message_unref(message); }
};
struct SlotUnref {
  const SdBusLibrary* library;
  void operator()(sd_bus_slot* slot) const { library->slot_unref(slot); }
};
using Slot = std::unique_ptr<sd_bus_slot, SlotUnref>;
using Message = std::unique_ptr<sd_bus_message, MessageUnref>;

// Where a method or property is.
struct Place {
  const char* path;
  const char* interface;
};

// Every call is one to org.freedesktop.systemd1. Errors: Errc::not_found for no such unit,
// Errc::timeout, Errc::unavailable when the bus is gone, Errc::aborted, in the service manager's
// words, for the rest. Not thread-safe.
class Bus {
 public:
  // `address` is D-Bus's: "unix:path=/run/dbus/system_bus_socket".
  static Result<Bus> connect(const std::string& address,
                             std::chrono::milliseconds patience = kBusPatience);

  // As sd_bus_call_method(3): types and arguments.
  template <class... Args>
  Result<Message> call(Place at, const char* method, const char* types, Args... args) {
    ErrorHolder error(*library_);
    sd_bus_message* reply = nullptr;
    const int code = library_->call_method(bus_.get(), kService, at.path, at.interface, method,
                                           error.get(), &reply, types, args...);
    if (code < 0) return fail(error_of(code, *error.get()));
    return Message(reply, MessageUnref{library_});
  }
  Result<std::string> text(Place at, const char* property);
  // Of D-Bus type u, i or t.
  Result<std::uint64_t> number(Place at, const char* property, char type);
  // An array of bytes, as hex digits.
  Result<std::string> hex(Place at, const char* property);

  // `handler` is called with `data` from process(), as long as the slot lives.
  Result<Slot> match(Place at, const char* signal, sd_bus_message_handler_t handler, void* data);
  // Takes what has come, or waits for more, at most until `deadline`: Errc::timeout.
  Status process(std::chrono::steady_clock::time_point deadline);

  const SdBusLibrary& library() const { return *library_; }

 private:
  static constexpr char kService[] = "org.freedesktop.systemd1";

  class ErrorHolder {
   public:
    explicit ErrorHolder(const SdBusLibrary& library) : library_(library) {}
    ~ErrorHolder() { library_.error_free(&error_); }
    ErrorHolder(const ErrorHolder&) = delete;
    ErrorHolder& operator=(const ErrorHolder&) = delete;
    sd_bus_error* get() { return &error_; }

   private:
    const SdBusLibrary& library_;
    sd_bus_error error_ = SD_BUS_ERROR_NULL;
  };

  Bus(const SdBusLibrary* library, sd_bus* bus) : library_(library), bus_(bus, {library}) {}
  static Error error_of(int code, const sd_bus_error& error);

  const SdBusLibrary* library_;
  std::unique_ptr<sd_bus, BusCloser> bus_;
};

}  // namespace muster::systemd
