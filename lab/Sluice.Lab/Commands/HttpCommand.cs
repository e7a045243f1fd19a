using System.CommandLine;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Http;
using Sluice.Lab.Reporting;

namespace Sluice.Lab.Commands;

/// <summary>The sample file server over Sluice.Transfer beside nginx and Kestrel, loaded by wrk.</summary>
internal static class HttpCommand
{
    private static readonly IReadOnlyList<long> DefaultSizes = [1 << 10, 64 << 10, 1 << 20, 16 << 20];
    private const int DefaultRounds = 5;
    private const int DefaultSeconds = 3;
    private const int DefaultConnections = 32;
    private const long MebibyteBytes = 1 << 20;

    internal static Command Create(LabConsole console)
    {
        Option<IReadOnlyList<long>?> sizes = LabOptions.Sizes("--sizes", "Sizes of the files. Default: 1KiB,64KiB,1MiB,16MiB", 1, 1L << 40);
        Option<string?> servers = new("--servers") { Description = $"Which of {string.Join(", ", HttpServerNames.All)}. Default: all", HelpName = "NAME,NAME" };
        Option<int?> rounds = LabOptions.Number("--rounds", $"Runs of each, in turns. Default: {DefaultRounds}", 1, 1000);
        Option<int?> seconds = LabOptions.Number("--seconds", $"Length of a run. Default: {DefaultSeconds}", 1, 3600);
        Option<int?> connections = LabOptions.Number("--connections", $"Connections of wrk. Default: {DefaultConnections}", 1, 1000);
        Option<string?> folder = new("--dir") { Description = "Folder of the files that are served. Default: the folder for temporary files", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "One JSON document instead of tables" };
        Option<string?> page = LabOptions.Out();
        var command = new Command("http", "Serve files over HTTP: the sample server over Sluice.Transfer, nginx and Kestrel, loaded by wrk.")
        {
            sizes, servers, rounds, seconds, connections, folder, json, page,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            console,
            new HttpPlan(
                parsed.GetValue(sizes) ?? DefaultSizes,
                SelectServers(parsed.GetValue(servers)),
                parsed.GetValue(rounds) ?? DefaultRounds,
                parsed.GetValue(seconds) ?? DefaultSeconds,
                parsed.GetValue(connections) ?? DefaultConnections,
                parsed.GetValue(folder) ?? Path.GetTempPath()),
            parsed.GetValue(json),
            parsed.GetValue(page),
            cancellationToken));
        return command;
    }

    /// <summary>The servers that are named, or all.</summary>
    internal static HttpServerKind[] SelectServers(string? names) => names is null
        ? Enum.GetValues<HttpServerKind>()
        : [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => HttpServerNames.Find(name) ?? throw LabException.Usage($"there is no server '{name}'; there are {string.Join(", ", HttpServerNames.All)}"))
            .Distinct()];

    private static async Task<int> RunAsync(LabConsole console, HttpPlan plan, bool json, string? page, CancellationToken cancellationToken)
    {
        if (Programs.Find("wrk") is null) throw new LabException("wrk is not installed, which loads the servers; on Debian: apt-get install wrk");
        string? pageFolder = ReportFolder.Prepare(page);
        List<(HttpServerKind Kind, string Reason)> missing = [];
        foreach (HttpServerKind kind in plan.Servers)
        {
            if (HttpServerProcess.WhyNotOffered(kind) is { } reason) missing.Add((kind, reason));
        }

        HttpServerKind[] offered = [.. plan.Servers.Except(missing.Select(entry => entry.Kind))];
        if (offered.Length == 0) throw new LabException($"nothing to run: {string.Join("; ", missing.Select(entry => entry.Reason))}");
        MachineFacts machine = MachineFacts.Collect(plan.Folder, console.Time);
        IReadOnlyList<HttpMeasures> measures = await StepDisplay.RunAsync(
            console,
            HttpRunner.StepsCount(plan, offered.Length),
            display => HttpRunner.RunAsync(plan, offered, display, console.Time, cancellationToken));

        var report = new LabReport
        {
            Command = "http",
            Title = "Files over HTTP",
            Machine = machine,
            Settings =
            [
                new("load", $"wrk, 1 thread, {plan.Connections} connections with keep-alive, {plan.Seconds} s a run, on the same processors as the server"),
                new("rounds", $"{plan.Rounds}, interleaved, after one that does not count"),
                new("nginx", "one worker for each processor, no log, nginx's own defaults otherwise: it opens the file for each request, and nginx-cached keeps it open (open_file_cache)"),
                new("sluice", "files stay open for a second"),
            ],
            Tables = Tables(measures, missing),
            Charts = [Chart("requests", "Requests per second", "requests/s", measures, measure => measure.RequestsPerSecond.Median), Chart("cpu", "Processor time of the server for a GB", "CPU s/GB", measures, measure => measure.CpuSecondsPerGigabyte.Median)],
            Notes = [.. Verdicts(measures), .. MachineFacts.LoopbackNotes],
            Results = new { Measured = measures, NotOffered = missing.Select(entry => new { Server = HttpServerNames.Of(entry.Kind), entry.Reason }).ToArray() },
        };
        await ReportOutput.WriteAsync(console, report, json, pageFolder, cancellationToken);
        return ExitCodes.Ok;
    }

    private static List<ReportTable> Tables(IReadOnlyList<HttpMeasures> measures, IReadOnlyList<(HttpServerKind Kind, string Reason)> missing)
    {
        List<ReportTable> tables =
        [
            new(
                "What the server does and costs",
                ["file", "server", ">requests/s", ">spread", ">MB/s", ">CPU us/request", ">CPU s/GB", ">spread", ">p99 us"],
                [.. measures.Select(Row)]),
        ];
        if (missing.Count > 0) tables.Add(new("Not offered here", ["server", "why"], [.. missing.Select(entry => (IReadOnlyList<string>)[HttpServerNames.Of(entry.Kind), entry.Reason])]));
        return tables;
    }

    private static ReportChart Chart(string fileName, string title, string unit, IReadOnlyList<HttpMeasures> measures, Func<HttpMeasures, double> value) =>
        ReportChart.BySize(fileName, title, unit, measures.Select(measure => (measure.Server, measure.FileBytes, value(measure))));

    private static string[] Row(HttpMeasures measure) =>
    [
        ByteSize.Format(measure.FileBytes),
        measure.Server,
        TransferTables.Number(measure.RequestsPerSecond.Median),
        TransferTables.Spread(measure.RequestsPerSecond),
        TransferTables.Number(measure.RequestsPerSecond.Median * measure.FileBytes / 1e6),
        TransferTables.Number(measure.CpuMicrosecondsPerRequest.Median, 1),
        TransferTables.Number(measure.CpuSecondsPerGigabyte.Median, 3),
        TransferTables.Spread(measure.CpuSecondsPerGigabyte),
        TransferTables.Number(measure.P99Us.Median),
    ];

    /// <summary>The sample server beside nginx with sendfile, in words: what the comparison is made for.</summary>
    private static IEnumerable<string> Verdicts(IReadOnlyList<HttpMeasures> measures)
    {
        foreach (HttpMeasures ours in measures.Where(measure => measure.Server == HttpServerNames.Of(HttpServerKind.Sluice)))
        {
            HttpMeasures? theirs = measures.FirstOrDefault(measure => measure.FileBytes == ours.FileBytes && measure.Server == HttpServerNames.Of(HttpServerKind.NginxSendfile));
            if (theirs is null) continue;
            double requests = ours.RequestsPerSecond.Median / theirs.RequestsPerSecond.Median;
            double cpu = ours.CpuSecondsPerGigabyte.Median / theirs.CpuSecondsPerGigabyte.Median;
            string aim = ours.FileBytes >= MebibyteBytes ? "; aim: at most 1.00 of the processor time" : ours.FileBytes == 1 << 10 ? "; aim: at least 0.80 of the requests" : "";
            yield return $"{ByteSize.Format(ours.FileBytes)}: sluice has {TransferTables.Number(requests, 2)} of nginx-sendfile's requests per second, at {TransferTables.Number(cpu, 2)} of its processor time per GB{aim}.";
        }
    }
}
