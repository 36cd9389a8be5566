require_relative "boot"

run ->(_) { [200, {}, ["ok"]] }
