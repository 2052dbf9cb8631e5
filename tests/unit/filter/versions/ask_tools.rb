# Fills the third column of table.tsv with what the real tools say of two versions:
#
#   apt-get install --no-install-recommends dpkg puppet-agent
#   ruby ask_tools.rb
#
# To add a question, append a line with '?' in the third column and run this. "semver" is judged by semantic_puppet, Puppet's
# library for semver.org, "dotted" (versions that are not semver) by Puppet's versioncmp, "dpkg" by dpkg --compare-versions.
require "puppet"
require "puppet/util/package"
require "semantic_puppet"

def by_dpkg(left, right)
  %w[lt eq gt].zip(%w[< = >]).each do |word, sign|
    return sign if system("dpkg", "--compare-versions", left, word, right)
  end
end

def sign(order)
  { -1 => "<", 0 => "=", 1 => ">" }.fetch(order)
end

def answer(tool, left, right)
  case tool
  when "dpkg" then by_dpkg(left, right)
  when "semver" then sign(SemanticPuppet::Version.parse(left) <=> SemanticPuppet::Version.parse(right))
  when "dotted" then sign(Puppet::Util::Package.versioncmp(left, right))
  end
end

table = File.join(File.dirname(File.expand_path(__FILE__)), "table.tsv")
lines = File.readlines(table, :chomp => true).map do |line|
  next line if line.empty? || line.start_with?("#")

  tool, left, _, right = line.split("\t", -1)
  [tool, left, answer(tool, left, right), right].join("\t")
end
File.write(table, lines.join("\n") + "\n")
