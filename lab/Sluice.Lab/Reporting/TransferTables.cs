using System.Globalization;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;

namespace Sluice.Lab.Reporting;

/// <summary>Measures of transfers as tables for people and as rows for machines.</summary>
internal static class TransferTables
{
    /// <summary>Costs, waits and theory of each mechanism.</summary>
    internal static IReadOnlyList<ReportTable> Create(IReadOnlyList<TransferMeasures> measures, IReadOnlyList<(IMechanism Mechanism, string Reason)> missing)
    {
        List<ReportTable> tables =
        [
            new(
                "What it costs the sender",
                ["mechanism", ">chunk", ">s", ">MB/s", ">spread", ">CPU s/GB", ">spread", ">of it user", ">CPU %", ">receiver CPU s/GB"],
                [.. measures.Select(CostRow)]),
            new(
                "What happened meanwhile, in one run",
                ["mechanism", ">system calls", ">context switches", ">page faults", ">chunk p50 us", ">p99 us", ">max us", "remark"],
                [.. measures.Select(EventRow)]),
            new(
                "On paper, for each byte from page cache to wire",
                ["mechanism", "CPU copies", "DMA copies", "calls per chunk", "program sees the data", "how"],
                [.. measures.Select(measure => TheoryRow(MechanismCatalog.Find(measure.Plan.Mechanism)))]),
        ];
        if (ReferenceFigures.Compare(measures) is { } comparison) tables.Add(comparison);
        if (missing.Count > 0) tables.Add(NotOffered(missing));
        return tables;
    }

    /// <summary>What this machine lacks.</summary>
    internal static ReportTable NotOffered(IReadOnlyList<(IMechanism Mechanism, string Reason)> missing) =>
        new("Not offered here", ["mechanism", "why"], [.. missing.Select(entry => (IReadOnlyList<string>)[entry.Mechanism.Name, entry.Reason])]);

    /// <summary>Bars of the measures that matter most.</summary>
    internal static IReadOnlyList<ReportChart> Charts(IReadOnlyList<TransferMeasures> measures)
    {
        ReportChart Bars(string fileName, string title, string unit, Func<TransferMeasures, double> value) => new(
            fileName, title, unit, [.. measures.Select(measure => measure.Plan.Mechanism)], [new ReportSeries(unit, [.. measures.Select(value)])]);
        return
        [
            Bars("cpu", "Processor time of the sender for a GB", "CPU s/GB", measure => measure.CpuSecondsPerGigabyte.Median),
            Bars("throughput", "Throughput", "MB/s", measure => measure.MegabytesPerSecond.Median),
            Bars("cpu-percent", "Processor time of the sender as a share of the time", "%", measure => measure.CpuPercent.Median),
            Bars("switches", "Context switches of the sender", "context switches in a run", measure => measure.ContextSwitches.Median),
        ];
    }

    /// <summary>The same for a JSON document.</summary>
    internal static object ForMachines(IReadOnlyList<TransferMeasures> measures, IReadOnlyList<(IMechanism Mechanism, string Reason)> missing) => new
    {
        Measured = measures.Select(measure => new { MechanismCatalog.Find(measure.Plan.Mechanism).Theory, Measures = measure }).ToArray(),
        NotOffered = missing.Select(entry => new { Mechanism = entry.Mechanism.Name, entry.Reason }).ToArray(),
    };

    /// <summary>A number with a fixed count of decimals and thousands set apart.</summary>
    internal static string Number(double value, int decimals = 0) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);

    /// <summary>A spread as a percentage.</summary>
    internal static string Spread(Figure figure) => $"±{Number(100 * figure.Spread)} %";

    private static string[] CostRow(TransferMeasures measure) =>
    [
        measure.Plan.Mechanism,
        ByteSize.Format(measure.Plan.ChunkBytes),
        Number(measure.WallSeconds.Median, 3),
        Number(measure.MegabytesPerSecond.Median),
        Spread(measure.MegabytesPerSecond),
        Number(measure.CpuSecondsPerGigabyte.Median, 3),
        Spread(measure.CpuSecondsPerGigabyte),
        Number(measure.UserSecondsPerGigabyte.Median, 3),
        Number(measure.CpuPercent.Median),
        Number(measure.ReceiverCpuSecondsPerGigabyte.Median, 3),
    ];

    private static string[] EventRow(TransferMeasures measure) =>
    [
        measure.Plan.Mechanism,
        measure.SystemCalls is { } calls ? Number(calls.Median) : "-",
        Number(measure.ContextSwitches.Median),
        Number(measure.PageFaults.Median),
        Number(measure.ChunkP50Us.Median),
        Number(measure.ChunkP99Us.Median),
        Number(measure.ChunkMaxUs.Median),
        measure.Remark ?? "",
    ];

    private static string[] TheoryRow(IMechanism mechanism) =>
    [
        mechanism.Name,
        mechanism.Theory.CpuCopies,
        mechanism.Theory.DmaCopies,
        mechanism.Theory.CallsPerChunk,
        mechanism.Theory.ProgramSeesData ? "yes" : "no",
        mechanism.Description,
    ];
}
