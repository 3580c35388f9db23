# Loaded before a Ruby program (RUBYOPT): writes down how often each of its lines ran, and which arms of its conditions,
# one file a process.
#
# Ruby does not count the lines of the program it was started with, only of what that loads. So the program is
# loaded from here, and ends here.
require 'coverage'

folder = ENV['FAIRWAY_COVER'].to_s
program = $PROGRAM_NAME
unless folder.empty? || !(program == '-' || File.file?(program))
  Coverage.start(lines: true, branches: true)
  root = File.dirname(File.dirname(folder))
  owner = Process.pid
  at_exit do
    if Process.pid == owner
      seen = Coverage.peek_result.select { |path, _| path.start_with?(root) }
      pages = seen.map do |path, found|
        counts = found[:lines].map { |count| count || '-' }
        arms = found[:branches].values.flat_map(&:to_a).select { |_, count| count.positive? }
        places = arms.map { |(kind, _, line, column), _| "#{line}:#{column}:#{kind}" }
        "#{path}\t#{counts.join(',')}\t#{places.join(',')}\n"
      end
      File.write(File.join(folder, "#{owner}.ruby"), pages.join)
    end
  end
  if program == '-'
    program = File.join(folder, "stdin-#{owner}.rb")
    File.write(program, $stdin.read)
  else
    program = File.expand_path(program)
    $PROGRAM_NAME = program
  end
  load program
  exit
end
