# Fills the first column of table.tsv with the answers of Debian's MCollective 2.12.5:
#
#   apt-get install --no-install-recommends mcollective-common
#   ruby ask_mcollective.rb
#
# To add a question, append a line with '?' in the first column and run this. A request is judged by MCollective's own code
# on both ends: the client's option parser reads it (else "malformed"), the server's security plugin decides (an exception
# there, "raises", is a node that stays silent). Only what the two read is given: facts, classes, agents, identity, and the
# answers of data plugins, all of them from nodes.json.
require "json"
require "tempfile"
require "timeout"
require "mcollective"

include MCollective

HERE = File.dirname(File.expand_path(__FILE__))
NODES = JSON.parse(File.read(File.join(HERE, "nodes.json")))

# Facts as a facts plugin gives them: MCollective makes them text.
class FactsOfTheTable < Facts::Base
  attr_accessor :source
  def load_facts_from_source
    source
  end

  def force_reload?
    true
  end
end

# The answers of one data plugin: argument => fields; an unknown argument is one that the plugin refuses.
class DataOfTheTable
  def initialize(answers)
    @answers = answers
  end

  def lookup(argument)
    fields = @answers[argument.to_s]
    raise DDLValidationError, "no such thing" unless fields
    Data::Result.new(fields.map { |name, value| [name.to_sym, {:default => value}] }.to_h)
  end
end

class SecurityOfTheTable < Security::Base; end

def use_node(node)
  config = Config.instance
  config.instance_variable_set(:@identity, node["identity"])
  config.instance_variable_set(:@classesfile, node["classes_file"])
  Agents.class_variable_set(:@@agents, node["agents"].map { |agent| [agent, {}] }.to_h)
  PluginManager.clear
  facts = FactsOfTheTable.new
  facts.source = node["facts"]
  PluginManager << {:type => "facts_plugin", :class => facts}
  PluginManager << {:type => "global_stats", :class => RunnerStats.new}
  node["data"].each do |name, answers|
    PluginManager << {:type => "#{name}_data", :class => DataOfTheTable.new(answers)}
  end
end

# The filter as `mco` would send it.
def client(words)
  ARGV.replace(words)
  options = nil
  Timeout.timeout(5) { options = Optionparser.new({}, "filter", "common").parse }
  Marshal.load(Marshal.dump(options[:filter]))
end

def answer(words)
  begin
    filter = client(words)
  rescue Exception
    return "malformed"
  end
  begin
    Timeout.timeout(5) { SecurityOfTheTable.new.validate_filter?(filter) } ? "yes" : "no"
  rescue Exception
    "raises"
  end
end

def prepare
  Log.configure(Class.new { def start; end; def log(*); end; def set_logging_level(*); end }.new)
  config = Config.instance
  config.instance_variable_set(:@configured, true)
  config.instance_variable_set(:@color, false)
  config.instance_variable_set(:@main_collective, "mcollective")
  config.instance_variable_set(:@default_discovery_options, [])
  config.instance_variable_set(:@fact_cache_time, 300)
  NODES.each_value do |node|
    file = Tempfile.new("classes")
    file.write(node["classes"].map { |name| name + "\n" }.join)
    file.close
    node["classes_file"] = file.path
    (@files ||= []) << file
  end
end

prepare
$stderr.reopen(File::NULL) # Ruby's warnings about MCollective's code
table = File.join(HERE, "table.tsv")
lines = File.readlines(table, chomp: true).map do |line|
  next line if line.empty? || line.start_with?("#")
  _, ours, why, node, *words = line.split("\t", -1)
  use_node(NODES.fetch(node))
  [answer(words), ours, why, node, *words].join("\t")
end
File.write(table, lines.join("\n") + "\n")
