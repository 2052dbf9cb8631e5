# Fills "facter" of each case of table.json with what Debian's Facter 4 reads:
#
#   apt-get install --no-install-recommends facter
#   ruby ask_facter.rb
#
# To add a case, append one with "what" and "files", and run this. The files of a case lie in one folder; what begins with
# "#!" is executable; with "latin1" each character is one byte. A file that Facter refuses has no facts.
require "facter"
require "json"
require "tmpdir"

# `facter --json` fails at a number that JSON has not.
def without_infinity(value)
  value.is_a?(Float) && !value.finite? ? value.to_s : value
end

# In a process of its own: Facter remembers what it has read.
def facts_of(folder)
  reader, writer = IO.pipe
  pid = fork do
    reader.close
    $stderr.reopen(File::NULL)
    $stdout.reopen(File::NULL)
    Facter.search_external([folder])
    names = Facter::ExternalFactLoader.new.external_facts.map(&:name)
    facts = names.map { |name| [name, without_infinity(Facter.value(name))] }.reject { |_, value| value.nil? }
    writer.write(JSON.generate(facts.sort.to_h))
  end
  writer.close
  answer = reader.read
  Process.wait(pid)
  JSON.parse(answer)
end

def ask(example)
  Dir.mktmpdir do |folder|
    example["files"].each do |name, text|
      bytes = example["latin1"] ? text.encode("ISO-8859-1") : text
      File.binwrite(File.join(folder, name), bytes)
      File.chmod(text.start_with?("#!") ? 0o755 : 0o644, File.join(folder, name))
    end
    facts_of(folder)
  end
end

table = File.join(File.dirname(File.expand_path(__FILE__)), "table.json")
cases = JSON.parse(File.read(table, :encoding => "UTF-8")).map do |example|
  { "what" => example["what"], "latin1" => example["latin1"], "files" => example["files"],
    "facter" => ask(example), "ours" => example["ours"], "why" => example["why"] }.compact
end
File.write(table, JSON.pretty_generate(cases) + "\n")
