defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "0.1.0", aliases: ["assets.deploy": ["cmd --cd assets npm run deploy", "phx.digest"]]]
  end

  def application do
    [mod: {Shop.Application, []}]
  end
end
