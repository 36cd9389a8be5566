defmodule Greeter.Application do
  @moduledoc "Starts the server."
  use Application

  @impl true
  def start(_type, _arguments) do
    Supervisor.start_link([Greeter.Server], strategy: :one_for_one, name: Greeter.Supervisor)
  end
end
