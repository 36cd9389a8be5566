using Npgsql;

namespace Shop.Core;

public sealed class Orders
{
    private readonly string _url =
        Environment.GetEnvironmentVariable("DATABASE_CONNECTION") ?? "Host=localhost;Database=shop";

    public IReadOnlyList<string> All()
    {
        using var source = NpgsqlDataSource.Create(_url);
        using var command = source.CreateCommand("SELECT name FROM orders ORDER BY name");
        using var rows = command.ExecuteReader();
        var names = new List<string>();
        while (rows.Read())
        {
            names.Add(rows.GetString(0));
        }
        return names;
    }
}
