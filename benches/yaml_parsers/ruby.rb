# frozen_string_literal: true

# The reference side of the bench.
#
#   ruby.rb events FILE...   the nodes of each file's first document, one line a file
#   ruby.rb load FILE        seconds that YAML.safe_load takes
#   ruby.rb parse FILE       seconds that libyaml takes in Ruby's hands, without values

require 'date'
require 'yaml'

# Writes nodes as benches/yaml_parsers/events.rs does.
class Nodes < Psych::Handler
  attr_reader :text

  def start_document(*)
    @text = +''
  end

  def end_document(*)
    throw :done
  end

  def scalar(value, anchor, tag, _plain, quoted, _style)
    @text << "S#{properties(anchor, tag)}#{quoted ? '"' : ''}#{value.unpack1('H*')} "
  end

  def alias(_anchor)
    @text << '* '
  end

  def start_sequence(anchor, tag, *)
    @text << "[#{properties(anchor, tag)} "
  end

  def end_sequence
    @text << '] '
  end

  def start_mapping(anchor, tag, *)
    @text << "{#{properties(anchor, tag)} "
  end

  def end_mapping
    @text << '} '
  end

  private

  def properties(anchor, tag)
    "#{'&' if anchor}<#{tag}>"
  end
end

def utf8(file)
  File.binread(file).force_encoding(Encoding::UTF_8)
end

def nodes(file)
  nodes = Nodes.new
  catch(:done) { Psych::Parser.new(nodes).parse(utf8(file)) }
  nodes.text || 'nothing'
rescue Psych::SyntaxError
  'refused'
end

def seconds
  started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  yield
  Process.clock_gettime(Process::CLOCK_MONOTONIC) - started
end

case ARGV.shift
when 'events' then ARGV.each { |file| puts nodes(file) }
when 'load'
  text = utf8(ARGV.fetch(0))
  puts seconds { YAML.safe_load(text, permitted_classes: [Date, Time], aliases: true) }
when 'parse'
  text = utf8(ARGV.fetch(0))
  puts seconds { Psych::Parser.new(Psych::Handler.new).parse(text) }
end
