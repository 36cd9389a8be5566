# frozen_string_literal: true

require "bundler/setup"
require "greeting"
require "socket"

$stdout.sync = true
server = TCPServer.new("0.0.0.0", Integer(ENV.fetch("PORT", 8090)))
loop do
  Thread.start(server.accept) do |client|
    path = client.gets.to_s.split[1]
    nil until client.gets.to_s.strip.empty?
    status, body =
      case path
      when "/healthz" then ["200 OK", "ok"]
      when "/" then ["200 OK", Greeting.to(ENV.fetch("NAME", "world"))]
      else ["404 Not Found", "nothing is here"]
      end
    client.write("HTTP/1.1 #{status}\r\nContent-Length: #{body.bytesize}\r\nConnection: close\r\n\r\n#{body}")
  ensure
    client.close
  end
end
