namespace Restock;

public sealed class Worker(ILogger<Worker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            logger.LogInformation("counted");
            await Task.Delay(TimeSpan.FromMinutes(1), stopping);
        }
    }
}
