defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "0.1.0", deps: [{:billing, "~> 2.0", organization: "acme"}]]
  end

  def application do
    [mod: {Shop.Application, []}]
  end
end
