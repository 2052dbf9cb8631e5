#include "plugins/registry.hpp"

#include <array>
#include <string_view>

#include "plugins/agents/exec/exec_agent.hpp"
#include "plugins/agents/facts/facts_agent.hpp"
#include "plugins/agents/filemgr/filemgr_agent.hpp"
#include "plugins/agents/nettest/nettest_agent.hpp"
#include "plugins/agents/package/package_agent.hpp"
#include "plugins/agents/process/process_agent.hpp"
#include "plugins/agents/provision/provision_agent.hpp"
#include "plugins/agents/puppet/puppet_agent.hpp"
#include "plugins/agents/puppetca/puppetca_agent.hpp"
#include "plugins/agents/rpcutil/rpcutil.hpp"
#include "plugins/agents/service/service_agent.hpp"
#include "plugins/agents/shell/shell_agent.hpp"
#include "plugins/data/agent.hpp"
#include "plugins/data/collective.hpp"
#include "plugins/data/fact.hpp"
#include "plugins/data/fstat.hpp"
#include "plugins/data/package/package_data.hpp"
#include "plugins/data/puppet/puppet_data.hpp"
#include "plugins/data/puppet/resource_data.hpp"
#include "plugins/data/service/service_data.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::plugins {
namespace {

template <class BuiltIn>
std::unique_ptr<Agent> make(ddl::Lazy<ddl::Agent> ddl, Node& node) {
  return std::make_unique<BuiltIn>(std::move(ddl), node);
}

struct Row {
  std::string_view name;  // config/ddl/agent/NAME.json describes it
  std::unique_ptr<Agent> (*make)(ddl::Lazy<ddl::Agent> ddl, Node& node);
};

constexpr std::array kBuiltIn{
    Row{"exec", make<exec::ExecAgent>},
    Row{"facts", make<facts_agent::FactsAgent>},
    Row{"filemgr", make<filemgr::FilemgrAgent>},
    Row{"nettest", make<nettest::NettestAgent>},
    Row{"package", make<package::PackageAgent>},
    Row{"process", make<process::ProcessAgent>},
    Row{"provision", make<provision::ProvisionAgent>},
    Row{"puppet", make<puppet::PuppetAgent>},
    Row{"puppetca", make<puppetca::PuppetcaAgent>},
    Row{"rpcutil", make<rpcutil::Rpcutil>},
    Row{"service", make<service::ServiceAgent>},
    Row{"shell", make<shell::ShellAgent>},
};

template <class BuiltIn>
std::shared_ptr<DataPlugin> make_data(ddl::Lazy<ddl::Data> ddl, Node& node) {
  return std::make_shared<BuiltIn>(std::move(ddl), node);
}

struct DataRow {
  std::string_view name;  // config/ddl/data/NAME.json describes it
  std::shared_ptr<DataPlugin> (*make)(ddl::Lazy<ddl::Data> ddl, Node& node);
};

constexpr std::array kBuiltInData{DataRow{"agent", make_data<data::AgentData>},
                                  DataRow{"collective", make_data<data::CollectiveData>},
                                  DataRow{"fact", make_data<data::FactData>},
                                  DataRow{"fstat", make_data<data::FstatData>},
                                  DataRow{"package", make_data<data::PackageData>},
                                  DataRow{"puppet", make_data<data::PuppetData>},
                                  DataRow{"resource", make_data<data::ResourceData>},
                                  DataRow{"service", make_data<data::ServiceData>}};

}  // namespace

std::vector<std::unique_ptr<Agent>> built_in_agents(Node& node) {
  std::vector<std::unique_ptr<Agent>> agents;
  for (const auto& row : kBuiltIn) agents.push_back(row.make(ddl::built_in_at_use(row.name), node));
  return agents;
}

std::vector<std::shared_ptr<DataPlugin>> built_in_data_plugins(Node& node) {
  std::vector<std::shared_ptr<DataPlugin>> plugins;
  for (const auto& row : kBuiltInData)
    plugins.push_back(row.make(ddl::built_in_data_at_use(row.name), node));
  return plugins;
}

}  // namespace muster::plugins
