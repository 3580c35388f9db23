# Loaded before a Ruby program (RUBYOPT): writes down how often each of its lines ran, one file a process.
#
# Ruby does not count the lines of the program it was started with, only of what that loads. So the program is
# loaded from here, and ends here.
require 'coverage'

folder = ENV['FAIRWAY_COVER'].to_s
program = $PROGRAM_NAME
unless folder.empty? || !(program == '-' || File.file?(program))
  Coverage.start
  root = File.dirname(File.dirname(folder))
  owner = Process.pid
  at_exit do
    if Process.pid == owner
      seen = Coverage.peek_result.select { |path, _| path.start_with?(root) }
      lines = seen.map { |path, counts| "#{path}\t#{counts.map { |count| count || '-' }.join(',')}\n" }
      File.write(File.join(folder, "#{owner}.ruby"), lines.join)
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
