using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Sluice.Hosting.Tests;

public sealed class SluiceHealthCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Is_healthy_exactly_while_the_broker_runs()
    {
        using IHost host = Hosts.Create(_directory).Build();
        (await CheckAsync(host)).Status.ShouldBe(HealthStatus.Unhealthy);

        await host.StartAsync();
        HealthReportEntry running = await CheckAsync(host);
        await host.StopAsync();

        running.Status.ShouldBe(HealthStatus.Healthy);
        running.Tags.ShouldBe(["ready"]);
        running.Data["clusterId"].ShouldBeOfType<string>().Length.ShouldBe(22);
        running.Data["connections"].ShouldBe(0);
        HealthReportEntry stopped = await CheckAsync(host);
        stopped.Status.ShouldBe(HealthStatus.Unhealthy);
        stopped.Description.ShouldBe("the broker is not running");
    }

    [Fact]
    public async Task Is_degraded_while_one_of_two_log_directories_cannot_be_used()
    {
        // A file stands where the second directory would have to be.
        string blocked = Path.Combine(_directory.Write("file", "in the way"u8), "logs");
        string good = Path.Combine(_directory.Path, "good");
        using IHost host = Hosts.Create(_directory, options => options.Settings["log.dirs"] = $"{good},{blocked}").Build();

        await host.StartAsync();
        HealthReportEntry entry = await CheckAsync(host);
        await host.StopAsync();

        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Description.ShouldNotBeNull().ShouldContain(blocked);
        entry.Data["offlineLogDirectories"].ShouldBe(new[] { blocked });
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[SluiceHostingExtensions.HealthCheckName];
}
