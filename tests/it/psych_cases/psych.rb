# frozen_string_literal: true

# What Ruby makes of YAML documents. Usage: psych.rb STORE
#
# STORE is the legacy's agent_queue_store.rb, for its QueueFile.text and .plain. Standard input holds one document a
# line, in hexadecimal; standard output answers each with one line of fields parted by tabs:
#
#   ok     TYPED  TEXT  INSPECT  PLAIN          the value; PLAIN is - when JSON cannot carry it
#   error  CLASS  LINE  COLUMN  PROBLEM  CONTEXT
#   odd    WHY                                  a value that contains itself or is of a class with no typed form
#
# The machine's zone has to be UTC (TZ=UTC), so that a time without a zone is printed the same everywhere.

require 'date'
require 'json'
require 'yaml'
load ARGV.fetch(0)

class Odd < StandardError; end

def quoted(text)
  text.each_char.map do |char|
    char.match?(/[ -~]/) && !char.match?(/['\\]/) ? char : format('\\u{%x}', char.ord)
  end.join
end

def text(string)
  return "bytes'#{string.unpack1('H*')}'" unless string.ascii_only? || string.encoding == Encoding::UTF_8

  "'#{quoted(string.encode(Encoding::UTF_8))}'"
end

def zone(time)
  return 'utc' if time.utc?

  time.zone ? 'local' : time.utc_offset.to_s
end

# A form in which values of different classes differ: 1, 1.0 and '1' are `int 1`, `float 3ff0000000000000` and `'1'`.
def typed(value, above = {}.compare_by_identity)
  raise Odd, 'recursive' if above[value]

  case value
  when nil, true, false then value.inspect
  when Integer then "int #{value}"
  when Float then value.nan? ? 'float nan' : "float #{[value].pack('G').unpack1('H*')}"
  when String then text(value)
  when Time then "time #{value.to_i} #{value.nsec} #{zone(value)}"
  when Date then "date #{value.strftime('%Y-%m-%d')} #{value.jd}"
  when Array, Hash then within(value, above) { |inner| collection(value, inner) }
  else raise Odd, "class #{value.class}"
  end
end

def within(value, above)
  above[value] = true
  yield above
ensure
  above.delete(value)
end

def collection(value, above)
  return "[#{value.map { |item| typed(item, above) }.join(', ')}]" if value.is_a?(Array)

  name = { Hash => '', Psych::Omap => 'omap' }.fetch(value.class) { raise Odd, "class #{value.class}" }
  "#{name}{#{value.map { |key, item| "#{typed(key, above)} => #{typed(item, above)}" }.join(', ')}}"
end

# QueueFile.plain after a trip through JSON, when JSON carries it: no NaN, no infinity, no bytes that are not UTF-8, no
# integer beyond 64 bits.
def plain(value)
  json = JSON.generate([QueueFile.plain(value)], max_nesting: 0)
  plain = JSON.parse(json, max_nesting: 0).first
  narrow?(plain) ? typed(plain) : '-'
rescue JSON::GeneratorError
  '-'
end

def narrow?(value)
  case value
  when Array then value.all? { |item| narrow?(item) }
  when Hash then value.each_value.all? { |item| narrow?(item) }
  when Integer then (-2**63...2**64).cover?(value)
  else true
  end
end

def problem(error)
  error.is_a?(NoMethodError) ? "undefined method `#{error.name}'" : error.message.lines.first.to_s.chomp
end

def answer(bytes)
  value = YAML.safe_load(bytes, permitted_classes: [Date, Time], aliases: true)
  form = typed(value)
  shown = text(value.inspect)
  # Last, for it turns a Time to UTC in place.
  said = QueueFile.text(value)
  ['ok', form, said.nil? ? 'nil' : text(said), shown, plain(value)]
rescue Odd => e
  ['odd', e.message]
rescue Psych::SyntaxError => e
  ['error', e.class.name, e.line, e.column, quoted(e.problem), e.context || '-']
rescue StandardError, SystemStackError => e
  ['error', e.class.name, '-', '-', quoted(problem(e)), '-']
end

$stdin.each_line do |line|
  $stdout.puts answer([line.chomp].pack('H*').force_encoding(Encoding::UTF_8)).join("\t")
end
