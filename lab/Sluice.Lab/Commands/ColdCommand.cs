using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Http;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>What one client whose file has to come from the disk does to the others.</summary>
internal static class ColdCommand
{
    private const long DefaultLargeBytes = 1L << 30;
    private const long DefaultSmallBytes = 16 << 10;
    private const int DefaultRounds = 5;
    private const int DefaultSeconds = 3;
    private const int DefaultConnections = 4;
    private const double RatioMax = 2;
    private static readonly NeighbourPhase[] Phases = Enum.GetValues<NeighbourPhase>();
    private static readonly HttpServerKind[] DefaultServers = [HttpServerKind.NginxSendfile, HttpServerKind.Sluice, HttpServerKind.Kestrel];

    internal static Command Create(LabConsole console)
    {
        Option<long?> size = LabOptions.Size("--size", "Size of the large file. Default: 1GiB", 1 << 20, 1L << 40);
        Option<long?> small = LabOptions.Size("--small", "Size of the small file. Default: 16KiB", 1, 1 << 20);
        Option<string?> servers = new("--servers") { Description = $"Which of {string.Join(", ", HttpServerNames.All)}. Default: {string.Join(',', DefaultServers.Select(HttpServerNames.Of))}", HelpName = "NAME,NAME" };
        Option<int?> rounds = LabOptions.Number("--rounds", $"Runs of each, in turns. Default: {DefaultRounds}", 1, 1000);
        Option<int?> seconds = LabOptions.Number("--seconds", $"Least length of a run. Default: {DefaultSeconds}", 1, 3600);
        Option<int?> connections = LabOptions.Number("--connections", $"Connections of the small transfers. Default: {DefaultConnections}", 1, 256);
        Option<string?> folder = new("--dir") { Description = "Folder of the files: on a disk. Default: the folder for temporary files", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON document instead of tables" };
        Option<string?> page = LabOptions.Out();
        var command = new Command("cold", "What a client whose file has to come from the disk does to the small, warm transfers of others.")
        {
            size, small, servers, rounds, seconds, connections, folder, json, page,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? pageFolder = ReportFolder.Prepare(parsed.GetValue(page));
            string target = Path.GetFullPath(parsed.GetValue(folder) ?? Path.GetTempPath());
            if (!Directory.Exists(target)) throw new LabException($"there is no folder {target} for the files; --dir names another");
            HttpServerKind[] chosen = parsed.GetValue(servers) is { } names ? HttpCommand.SelectServers(names) : DefaultServers;
            (HttpServerKind Kind, string Reason)[] missing =
                [.. chosen.Select(kind => (Kind: kind, Reason: HttpServerProcess.WhyNotOffered(kind))).Where(entry => entry.Reason is not null).Select(entry => (entry.Kind, entry.Reason!))];
            HttpServerKind[] offered = [.. chosen.Except(missing.Select(entry => entry.Kind))];
            if (offered.Length == 0) throw new LabException($"nothing to run: {string.Join("; ", missing.Select(entry => entry.Reason))}");
            int roundsCount = parsed.GetValue(rounds) ?? DefaultRounds;
            int connectionsCount = parsed.GetValue(connections) ?? DefaultConnections;
            int secondsCount = parsed.GetValue(seconds) ?? DefaultSeconds;
            string root = Path.Combine(target, $"sluice-lab-{Guid.NewGuid():N}");
            Directory.CreateDirectory(root);
            try
            {
                string files = Directory.CreateDirectory(Path.Combine(root, "root")).FullName;
                using TestFile largeFile = TestFile.Create(files, parsed.GetValue(size) ?? DefaultLargeBytes, cancellationToken);
                using TestFile smallFile = TestFile.Create(files, parsed.GetValue(small) ?? DefaultSmallBytes, cancellationToken);
                MachineFacts machine = MachineFacts.Collect(largeFile.Path, console.Time);
                IReadOnlyList<NeighbourMeasures> measures = await StepDisplay.RunAsync(console, offered.Length * Phases.Length * (roundsCount + 1), display => MeasureAsync(
                    offered, root, files, smallFile, largeFile, roundsCount, connectionsCount, TimeSpan.FromSeconds(secondsCount), display, console.Time, cancellationToken));
                LabReport report = Report(machine, measures, missing) with
                {
                    Settings =
                    [
                        new("small", $"{ByteSize.Format(smallFile.LengthBytes)}, in the page cache; {connectionsCount} connections, each with a pause of a millisecond between transfers"),
                        new("large", $"{ByteSize.Format(largeFile.LengthBytes)}, to one client that reads as fast as it can"),
                        new("rounds", $"{roundsCount} of {secondsCount} s or more, interleaved, after one that does not count"),
                    ],
                };
                await ReportOutput.WriteAsync(console, report, parsed.GetValue(json), pageFolder, cancellationToken);
                return ExitCodes.Ok;
            }
            finally
            {
                Directory.Delete(root, recursive: true);
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<NeighbourMeasures>> MeasureAsync(
        HttpServerKind[] kinds, string workFolder, string root, TestFile small, TestFile large, int roundsCount, int connections, TimeSpan length,
        StepDisplay display, TimeProvider time, CancellationToken cancellationToken)
    {
        List<HttpServerProcess> servers = [];
        try
        {
            foreach (HttpServerKind kind in kinds) servers.Add(await HttpServerProcess.StartAsync(kind, root, workFolder, time, cancellationToken));
            (HttpServerProcess Server, NeighbourPhase Phase)[] cases = [.. servers.SelectMany(_ => Phases, (server, phase) => (server, phase))];
            List<NeighbourRun>[] runs = [.. cases.Select(_ => new List<NeighbourRun>())];
            for (int round = -1; round < roundsCount; round++)
            {
                foreach ((int index, (HttpServerProcess server, NeighbourPhase phase)) in cases.Index())
                {
                    display.Next($"{HttpServerNames.Of(server.Kind)}, {Name(phase)}");
                    if (phase == NeighbourPhase.BesideWarm) large.Warm(cancellationToken);
                    NeighbourRun run = await NeighbourRun.RunAsync(server.Port, small, large, phase, connections, length, cancellationToken);

                    // The first round is for compilers.
                    if (round >= 0) runs[index].Add(run);
                }
            }

            return [.. cases.Select((entry, index) => NeighbourMeasures.Of(entry.Server.Kind, entry.Phase, runs[index]))];
        }
        finally
        {
            foreach (HttpServerProcess server in servers) await server.DisposeAsync();
        }
    }

    private static LabReport Report(MachineFacts machine, IReadOnlyList<NeighbourMeasures> measures, IReadOnlyList<(HttpServerKind Kind, string Reason)> missing)
    {
        List<ReportTable> tables =
        [
            new("Small transfers", ["server", "beside", ">p50 us", ">p99 us", ">spread", ">max us", ">large MB/s"], [.. measures.Select(Row)]),
        ];
        if (missing.Count > 0) tables.Add(new("Not offered here", ["server", "why"], [.. missing.Select(entry => (IReadOnlyList<string>)[HttpServerNames.Of(entry.Kind), entry.Reason])]));
        string[] servers = [.. measures.Select(measure => measure.Server).Distinct()];
        return new LabReport
        {
            Command = "cold",
            Title = "Small transfers beside a large one",
            Machine = machine,
            Settings = [],
            Tables = tables,
            Charts =
            [
                new(
                    "p99", "Small transfers, 99th percentile", "µs", [.. Phases.Select(Name)],
                    [.. servers.Select(server => new ReportSeries(server, [.. Phases.Select(phase => Find(measures, server, phase).P99Us.Median)]))]),
            ],
            Notes =
            [
                .. servers.Select(server => Verdict(server, measures)),
                "A thread that waits for the disk cannot serve others meanwhile; beside a warm file it is only busy. Clients and server share the processors.",
                .. MachineFacts.LoopbackNotes,
            ],
            Results = new { Measured = measures, NotOffered = missing.Select(entry => new { Server = HttpServerNames.Of(entry.Kind), entry.Reason }).ToArray() },
        };
    }

    private static string Verdict(string server, IReadOnlyList<NeighbourMeasures> measures)
    {
        double alone = Find(measures, server, NeighbourPhase.Alone).P99Us.Median;
        double cold = Find(measures, server, NeighbourPhase.BesideCold).P99Us.Median / alone;
        double warm = Find(measures, server, NeighbourPhase.BesideWarm).P99Us.Median / alone;
        string aim = server == HttpServerNames.Of(HttpServerKind.Sluice) ? $"; aim: at most {TransferTables.Number(RatioMax, 2)} times beside a cold one" : "";
        return $"{server}: the 99th percentile beside a cold file is {TransferTables.Number(cold, 2)} times, beside a warm one {TransferTables.Number(warm, 2)} times what it is alone{aim}.";
    }

    private static NeighbourMeasures Find(IReadOnlyList<NeighbourMeasures> measures, string server, NeighbourPhase phase) =>
        measures.First(measure => measure.Server == server && measure.Phase == phase);

    private static string Name(NeighbourPhase phase) => phase switch
    {
        NeighbourPhase.BesideWarm => "a warm file",
        NeighbourPhase.BesideCold => "a cold file",
        _ => "nothing",
    };

    private static string[] Row(NeighbourMeasures measure) =>
    [
        measure.Server,
        Name(measure.Phase),
        TransferTables.Number(measure.P50Us.Median),
        TransferTables.Number(measure.P99Us.Median),
        TransferTables.Spread(measure.P99Us),
        TransferTables.Number(measure.MaxUs.Median),
        measure.Phase == NeighbourPhase.Alone ? "" : TransferTables.Number(measure.LargeMegabytesPerSecond.Median),
    ];
}
