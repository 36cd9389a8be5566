defmodule Shop.Application do
  use Application

  def start(_type, _arguments), do: Bandit.start_link(plug: Shop.Router)
end
