import Config

config :shop, ecto_repos: [Shop.Repo]
config :shop, ShopWeb.Endpoint, url: [host: "localhost"], adapter: Bandit.PhoenixAdapter
config :esbuild, version: "0.17.11", shop: [args: ~w(js/app.js --bundle --outdir=../priv/static/assets), cd: Path.expand("../assets", __DIR__)]

import_config "#{config_env()}.exs"
