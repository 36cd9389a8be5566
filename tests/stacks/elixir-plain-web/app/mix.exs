defmodule Greeter.MixProject do
  use Mix.Project

  def project do
    [
      app: :greeter,
      version: "0.1.0",
      elixir: "~> 1.15",
      start_permanent: Mix.env() == :prod
    ]
  end

  def application do
    [extra_applications: [:logger], mod: {Greeter.Application, []}]
  end
end
