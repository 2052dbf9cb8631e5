module MCollective
  module Agent
    class Songbird < RPC::Agent
      activate_when do
        Config.instance.pluginconf.fetch("songbird.asleep", "no") == "no"
      end

      def startup_hook
        @hooks = ["startup"]
      end

      def before_processing_hook(msg, _connection)
        @hooks << "before #{msg[:body][:action]}"
      end

      def after_processing_hook
        raise "the hook fails" if request[:how] == "later"

        reply[:hooks] = @hooks + ["after #{reply.statuscode}"] if request.action == "sing"
      end

      action "sing" do
        validate :song, String
        validate :song, :shellsafe

        reply[:song] = ([request[:song]] * request[:times]).join(", ")
        reply[:caller] = request.caller
        reply[:country] = Facts["country"]
        reply[:nest] = config.pluginconf["songbird.nest"]
      end

      action "count" do
        implemented_by "count.sh"
      end

      action "run" do
        reply[:exitcode] = run("echo $BIRD; pwd; echo oops >&2; exit 3", :stdout => :out, :stderr => :err, :chomp => true,
                                                                          :cwd => "/", :environment => { "BIRD" => "finch" })
        reply[:undeclared] = request[:bird] if request[:bird]
      end

      action "fail" do
        case request[:how]
        when "fail" then reply.fail("it could not", 3)
        when "fail!" then reply.fail!("it must not", 4)
        when "raise" then raise ArgumentError, "that was odd"
        when "exit" then exit(7)
        when "abort" then abort("enough")
        when "kill" then Process.kill("KILL", Process.pid)
        when "hang" then sleep
        when "gigabyte" then loop { $stdout.write("x" * 65_536) }
        when "warn"
          Log.warn("the nest is old")
          $stderr.puts("Warning: deprecated")
          Log.error("the nest is gone")
        when "text" then return reply.data = "1067"
        when "odder"
          basic = BasicObject.new
          silent = Object.new.tap { |each| each.define_singleton_method(:to_s) { raise "no" } }
          reply.data = { :huge => 2**2000, :wide => 2**64, :widest => 2**64 - 1, :least => -(2**63), :set => Set[1, "a"],
                         :utf7 => "a".dup.force_encoding("UTF-7"), :basic => basic, :silent => silent, 7 => 1..3,
                         :ratio => Rational(1, 3), :utf16 => "ü".encode("UTF-16LE") }
        when "odd" then reply.data = { :not_a_number => 0.0 / 0.0, :bytes => "\xff\xfe".b, :symbol => :a, :time => Time.at(0).utc }
        end
        reply[:reached] = true
      end
    end
  end
end
