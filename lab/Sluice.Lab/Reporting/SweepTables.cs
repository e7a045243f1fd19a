using Sluice.Lab.CommandLine;
using Sluice.Lab.Measuring;
using Sluice.Lab.Mechanisms;

namespace Sluice.Lab.Reporting;

/// <summary>Measures of a sweep: sizes down, mechanisms across, a table for each number of connections.</summary>
internal static class SweepTables
{
    private static readonly (string Name, string Unit, int Decimals, Func<TransferMeasures, double> Value)[] Measures =
    [
        ("Processor time of the sender", "CPU s/GB", 3, measure => measure.CpuSecondsPerGigabyte.Median),
        ("Throughput", "MB/s", 0, measure => measure.MegabytesPerSecond.Median),
        ("Chunk time, 99 %", "us", 0, measure => measure.ChunkP99Us.Median),
    ];

    /// <summary>The tables for people.</summary>
    internal static IReadOnlyList<ReportTable> Create(IReadOnlyList<TransferMeasures> measures, IReadOnlyList<(IMechanism Mechanism, string Reason)> missing)
    {
        List<ReportTable> tables = [];
        foreach (var (name, unit, decimals, value) in Measures)
        {
            foreach (IGrouping<int, TransferMeasures> group in measures.GroupBy(measure => measure.Plan.Connections))
            {
                string[] mechanisms = MechanismsOf(group);
                tables.Add(new ReportTable(
                    $"{name}, {unit}, {ConnectionsText(group.Key)}",
                    [">transfer", .. mechanisms.Select(mechanism => $">{mechanism}")],
                    [.. group.GroupBy(measure => measure.Plan.TransferBytes).Select(size => (IReadOnlyList<string>)
                    [
                        ByteSize.Format(size.Key),
                        .. mechanisms.Select(mechanism => TransferTables.Number(value(size.First(measure => measure.Plan.Mechanism == mechanism)), decimals)),
                    ])]));
            }
        }

        if (missing.Count > 0) tables.Add(TransferTables.NotOffered(missing));
        return tables;
    }

    /// <summary>A plot for each table.</summary>
    internal static IReadOnlyList<ReportChart> Charts(IReadOnlyList<TransferMeasures> measures)
    {
        List<ReportChart> charts = [];
        foreach (var (name, unit, _, value) in Measures)
        {
            foreach (IGrouping<int, TransferMeasures> group in measures.GroupBy(measure => measure.Plan.Connections))
            {
                charts.Add(new ReportChart(
                    $"{FileNamePart(unit)}-{group.Key}-connections",
                    $"{name} by size of a transfer, {ConnectionsText(group.Key)}",
                    unit,
                    [.. group.Select(measure => measure.Plan.TransferBytes).Distinct().Select(ByteSize.Format)],
                    [.. MechanismsOf(group).Select(mechanism => new ReportSeries(
                        mechanism, [.. group.Where(measure => measure.Plan.Mechanism == mechanism).Select(value)]))]));
            }
        }

        return charts;
    }

    private static string[] MechanismsOf(IEnumerable<TransferMeasures> measures) => [.. measures.Select(measure => measure.Plan.Mechanism).Distinct()];

    private static string ConnectionsText(int count) => count == 1 ? "1 connection" : $"{count} connections";

    private static string FileNamePart(string unit) => unit switch
    {
        "CPU s/GB" => "cpu",
        "MB/s" => "throughput",
        _ => "latency-p99",
    };
}
