using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Comparing;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Commands;

/// <summary>Runs Sluice and Apache Kafka beside each other, and writes tables, a JSON document and plots.</summary>
internal static class CompareCommand
{
    public static async Task RunAsync(LoadOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        List<Contender> contenders = [new Contender(WorkloadCatalog.SluiceName, options with { Kafka = null })];
        if (options.Kafka is not null) contenders.Add(new Contender(WorkloadCatalog.KafkaName, options with { Broker = null, BrokerSettings = [] }));
        var results = new List<WorkloadResult>();
        string machine = Machine.Describe();
        try
        {
            var catalog = new WorkloadCatalog(options);
            var comparison = new Comparison(contenders, catalog.Warmup, options.Rounds, Console.Error);
            IReadOnlyList<Workload> workloads = [.. catalog.All.Where(workload => IsWanted(workload, options.Only))];
            if (workloads.Count == 0) throw new UsageException($"no workload has '{options.Only}' in its name or its group's");
            foreach (Workload workload in workloads) results.Add(await comparison.RunAsync(workload, cancellationToken));
        }
        finally
        {
            foreach (Contender contender in contenders) await contender.DisposeAsync();
        }

        await output.WriteLineAsync($"Measured {TimeProvider.System.GetUtcNow():yyyy-MM-dd} on {machine}; {options.Rounds} rounds in turns, medians. Cells: Sluice : Apache Kafka, and the ratio.");
        ComparisonReport.WriteTables(output, results);
        if (options.Output is not { } folder) return;
        Directory.CreateDirectory(folder);
        await using StreamWriter json = File.CreateText(Path.Combine(folder, "compare.json"));
        ComparisonReport.WriteJson(json, results);
        ComparisonPlots.Write(folder, results);
    }

    private static bool IsWanted(Workload workload, string? only) =>
        only is null || only.Split(',').Any(part => workload.Name.Contains(part, StringComparison.OrdinalIgnoreCase) || workload.Group.Contains(part, StringComparison.OrdinalIgnoreCase));
}
