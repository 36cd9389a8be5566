# frozen_string_literal: true

require "sinatra/base"

# Says hello.
class App < Sinatra::Base
  get "/" do
    "hello #{ENV.fetch("NAME", "world")}"
  end

  get "/healthz" do
    "ok"
  end
end
