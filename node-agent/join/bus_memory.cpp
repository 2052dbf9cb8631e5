#include "node-agent/join/bus_memory.hpp"

#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/put_aside.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "bus.json";
constexpr const char* kCopy = "bus-copy.json";
constexpr mode_t kBusMemoryMode = 0600;

std::string text_of(const BusMemory& memory) {
  return Value{{"node_brokers", memory.node_brokers},
               {"collectives", memory.collectives},
               {"operator_root", memory.operator_root_pem},
               {"orchestrator_root", memory.orchestrator_root_pem}}
             .dump(2) +
         "\n";
}

Result<BusMemory> read(const fs::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  try {
    const auto json = Value::parse(text);
    BusMemory memory;
    json.at("node_brokers").get_to(memory.node_brokers);
    json.at("collectives").get_to(memory.collectives);
    json.at("operator_root").get_to(memory.operator_root_pem);
    json.at("orchestrator_root").get_to(memory.orchestrator_root_pem);
    return memory;
  } catch (const Value::exception& wrong) {
    return fail(Errc::invalid_data, wrong.what());
  }
}

Result<BusMemory> read_or_put_aside(const fs::path& file) {
  auto memory = read(file);
  if (!memory && memory.error().code != Errc::not_found && memory.error().code != Errc::io)
    (void)base::put_aside(
        file, {"memory of where the bus is", "its other copy counts", memory.error().message});
  return memory;
}

void write_or_warn(const fs::path& file, const std::string& text, mode_t mode) {
  if (auto wrote = base::write_file(file, text, mode); !wrote)
    log::warning("cannot write what was damaged anew",
                 {{"file", file.string()}, {"why", wrote.error().message}});
}

}  // namespace

Status remember_bus(const fs::path& folder, const BusMemory& memory) {
  const auto text = text_of(memory);
  for (const auto* name : {kFile, kCopy}) {
    const auto now = base::read_file(folder / name);
    if (now && *now == text) continue;
    MUSTER_TRY(base::write_file(folder / name, text, kBusMemoryMode));
  }
  return {};
}

std::optional<BusMemory> recall_bus(const fs::path& folder) {
  const auto first = read_or_put_aside(folder / kFile);
  const auto second = read_or_put_aside(folder / kCopy);
  if (!first && !second) return std::nullopt;
  const auto& whole = first ? *first : *second;
  if (!first) write_or_warn(folder / kFile, text_of(whole), kBusMemoryMode);
  if (!second) write_or_warn(folder / kCopy, text_of(whole), kBusMemoryMode);
  return whole;
}

void mend_root(const fs::path& file, const std::string& pem) {
  constexpr mode_t kPublicMode = 0644;
  const auto text = base::read_file(file);
  if (!text && text.error().code == Errc::io) return;  // whoever reads it says why
  auto why = text ? std::string() : text.error().message;
  if (text) {
    const auto roots = x509::Certificate::all_from_pem(*text, file.string());
    if (roots && !roots->empty()) return;
    why = roots ? "it holds no certificate" : roots.error().message;
  }
  if (std::error_code error; std::filesystem::exists(file, error))
    (void)base::put_aside(file,
                          {"root",
                           pem.empty() ? "provide a join token, or set it in the configuration"
                                       : "what the join token said of it is written anew",
                           why});
  if (!pem.empty()) write_or_warn(file, pem, kPublicMode);
}

}  // namespace muster::agent
