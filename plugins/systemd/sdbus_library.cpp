#include "plugins/systemd/sdbus_library.hpp"

#include <fmt/format.h>

#include "proto/base/shared_library.hpp"

namespace muster::systemd {
namespace {

constexpr char kFileName[] = "libsystemd.so.0";

bool find_connection(const base::SharedLibrary& library, SdBusLibrary& bus) {
  return library.find("sd_bus_new", bus.bus_new) &&
         library.find("sd_bus_set_address", bus.set_address) &&
         library.find("sd_bus_set_bus_client", bus.set_bus_client) &&
         library.find("sd_bus_set_method_call_timeout", bus.set_method_call_timeout) &&
         library.find("sd_bus_start", bus.start) && library.find("sd_bus_is_ready", bus.is_ready) &&
         library.find("sd_bus_process", bus.process) && library.find("sd_bus_wait", bus.wait) &&
         library.find("sd_bus_close_unref", bus.close_unref) &&
         library.find("sd_bus_error_free", bus.error_free);
}

bool find_messages(const base::SharedLibrary& library, SdBusLibrary& bus) {
  return library.find("sd_bus_call_method", bus.call_method) &&
         library.find("sd_bus_get_property_string", bus.get_property_string) &&
         library.find("sd_bus_get_property_trivial", bus.get_property_trivial) &&
         library.find("sd_bus_get_property", bus.get_property) &&
         library.find("sd_bus_match_signal", bus.match_signal) &&
         library.find("sd_bus_slot_unref", bus.slot_unref) &&
         library.find("sd_bus_message_read", bus.message_read) &&
         library.find("sd_bus_message_read_array", bus.message_read_array) &&
         library.find("sd_bus_message_enter_container", bus.message_enter_container) &&
         library.find("sd_bus_message_exit_container", bus.message_exit_container) &&
         library.find("sd_bus_message_unref", bus.message_unref);
}

Result<SdBusLibrary> open() {
  MUSTER_ASSIGN(const auto library,
                base::SharedLibrary::open(kFileName, "services need", "libsystemd0"));
  SdBusLibrary bus;
  if (!find_connection(library, bus) || !find_messages(library, bus))
    return fail(Errc::config,
                fmt::format("{} cannot be used: version 241 or newer is needed", kFileName));
  return bus;
}

}  // namespace

Result<const SdBusLibrary*> sdbus_library() {
  static const Result<SdBusLibrary> opened = open();
  if (!opened) return fail(opened.error());
  return &*opened;
}

}  // namespace muster::systemd
