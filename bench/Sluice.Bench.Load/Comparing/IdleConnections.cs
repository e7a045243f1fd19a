using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Reporting;
using Sluice.Bench.Load.Wire;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Many connections that have said hello and then say nothing: what each takes of the broker's memory.</summary>
internal static class IdleConnections
{
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(1);

    /// <summary>Opens them, and closes them again.</summary>
    public static async Task<Report> RunAsync(LoadOptions options, int count, CancellationToken cancellationToken)
    {
        await using BrokerUnderTest broker = await BrokerUnderTest.OpenAsync(options, cancellationToken);
        long beforeBytes = broker.Sample()?.ResidentBytes ?? throw new UsageException("memory is told of a broker whose process is known: give --broker-pid");
        PingPattern hello = PingPattern.ApiVersions();
        List<WireSocket> sockets = [];
        try
        {
            for (int index = 0; index < count; index++)
            {
                WireSocket socket = broker.Connect();
                sockets.Add(socket);
                hello.Send(socket);
                hello.Receive(socket);
            }

            await Task.Delay(s_settling, TimeProvider.System, cancellationToken);
            long afterBytes = broker.Sample()!.ResidentBytes;
            var report = new Report("idle-connections");
            report.Set("connections", count);
            report.Add("kb_per_connection", (afterBytes - beforeBytes) / 1024.0 / count, 2);
            report.Add("broker_rss_after_mb", afterBytes / 1e6, 1);
            return report;
        }
        finally
        {
            foreach (WireSocket socket in sockets) socket.Dispose();
        }
    }
}
