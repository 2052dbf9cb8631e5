#include "plugins/http/curl_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace muster::http {
namespace {

constexpr char kFileName[] = "libcurl.so.4";

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

Result<CurlLibrary> open() {
  void* library = ::dlopen(kFileName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return fail(Errc::config, fmt::format("HTTPS needs {}: {}; apt-get install libcurl4", kFileName,
                                          ::dlerror()));
  CurlLibrary curl;
  decltype(&::curl_global_init) global_init = nullptr;
  const bool complete = find(library, "curl_global_init", global_init) &&
                        find(library, "curl_easy_init", curl.easy_init) &&
                        find(library, "curl_easy_setopt", curl.easy_setopt) &&
                        find(library, "curl_easy_perform", curl.easy_perform) &&
                        find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                        find(library, "curl_easy_reset", curl.easy_reset) &&
                        find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                        find(library, "curl_easy_strerror", curl.easy_strerror) &&
                        find(library, "curl_slist_append", curl.slist_append) &&
                        find(library, "curl_slist_free_all", curl.slist_free_all);
  if (!complete || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return fail(Errc::config,
                fmt::format("{} cannot be used: version 7.85 or newer is needed", kFileName));
  return curl;
}

}  // namespace

Result<const CurlLibrary*> curl_library() {
  static const Result<CurlLibrary> opened = open();
  if (!opened) return fail(opened.error());
  return &*opened;
}

}  // namespace muster::http
