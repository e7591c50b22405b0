# Atom feeds by the validating parser of Ruby's standard library: {name: feed} in, {name: [finding]} out.
require 'json'
require 'rss'

def findings(feed)
  found = RSS::Parser.parse(feed, validate: true, ignore_unknown_element: false)
  found.is_a?(RSS::Atom::Feed) ? [] : ['not an Atom feed']
rescue RSS::Error => error
  [error.message]
end

puts JSON.generate(JSON.parse($stdin.read).transform_values { |feed| findings(feed) })
