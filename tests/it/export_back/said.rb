# frozen_string_literal: true

# What the legacy takes queue files for. Usage: said.rb STORE FILE...
#
# One line of JSON for each file: for each task its definition and its state, as the legacy's own QueueFile gives them.

load ARGV.shift

ARGV.each do |path|
  queue = QueueFile.new(path, %w[api web])
  tasks = queue.tasks.map { |task| { 'definition' => queue.definition(task), 'state' => queue.seed(task) } }
  puts JSON.generate('problems' => queue.problems, 'tasks' => tasks)
end
