using Shop.Core;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks();
builder.Services.AddSingleton<Orders>();

var app = builder.Build();
var api = app.MapGroup("/api");
api.MapGet("/orders", (Orders orders) => orders.All());
app.MapHealthChecks("/healthz");
app.Run();
