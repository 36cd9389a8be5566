defmodule Greeter.Server do
  @moduledoc "Answers every request by OTP's own reader of HTTP, without a package."
  use Task, restart: :permanent

  def start_link(_), do: Task.start_link(&listen/0)

  defp listen do
    port = String.to_integer(System.get_env("PORT", "4080"))
    {:ok, socket} = :gen_tcp.listen(port, [:binary, packet: :http_bin, active: false, reuseaddr: true])
    accept(socket)
  end

  defp accept(socket) do
    {:ok, client} = :gen_tcp.accept(socket)
    {:ok, _} = Task.start(fn -> answer(client) end)
    accept(socket)
  end

  defp answer(client) do
    with {:ok, {:http_request, _method, {:abs_path, path}, _version}} <- :gen_tcp.recv(client, 0, 5_000) do
      body = if path == "/healthz", do: "ok\n", else: "hello from Elixir\n"
      :gen_tcp.send(client, "HTTP/1.1 200 OK\r\ncontent-length: #{byte_size(body)}\r\nconnection: close\r\n\r\n#{body}")
    end

    :gen_tcp.close(client)
  end
end
