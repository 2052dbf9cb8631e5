#include "plugins/systemd/sdbus_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace muster::systemd {
namespace {

constexpr char kFileName[] = "libsystemd.so.0";

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_connection(void* library, SdBusLibrary& bus) {
  return find(library, "sd_bus_new", bus.bus_new) &&
         find(library, "sd_bus_set_address", bus.set_address) &&
         find(library, "sd_bus_set_bus_client", bus.set_bus_client) &&
         find(library, "sd_bus_set_method_call_timeout", bus.set_method_call_timeout) &&
         find(library, "sd_bus_start", bus.start) &&
         find(library, "sd_bus_is_ready", bus.is_ready) &&
         find(library, "sd_bus_process", bus.process) && find(library, "sd_bus_wait", bus.wait) &&
         find(library, "sd_bus_close_unref", bus.close_unref) &&
         find(library, "sd_bus_error_free", bus.error_free);
}

bool find_messages(void* library, SdBusLibrary& bus) {
  return find(library, "sd_bus_call_method", bus.call_method) &&
         find(library, "sd_bus_get_property_string", bus.get_property_string) &&
         find(library, "sd_bus_get_property_trivial", bus.get_property_trivial) &&
         find(library, "sd_bus_get_property", bus.get_property) &&
         find(library, "sd_bus_match_signal", bus.match_signal) &&
         find(library, "sd_bus_slot_unref", bus.slot_unref) &&
         find(library, "sd_bus_message_read", bus.message_read) &&
         find(library, "sd_bus_message_read_array", bus.message_read_array) &&
         find(library, "sd_bus_message_enter_container", bus.message_enter_container) &&
         find(library, "sd_bus_message_exit_container", bus.message_exit_container) &&
         find(library, "sd_bus_message_unref", bus.message_unref);
}

Result<SdBusLibrary> open() {
  void* library = ::dlopen(kFileName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    return fail(Errc::config, fmt::format("services need {}: {}; apt-get install libsystemd0",
                                          kFileName, reason == nullptr ? "missing" : reason));
  }
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
