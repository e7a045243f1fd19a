using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Draws Sluice's figures as shares of Apache Kafka's: a bar for each workload, a line where the two would be equal.</summary>
internal static class ComparisonPlots
{
    private const int Width = 1100;
    private const int BarHeight = 26;
    private const int Margins = 120;
    private const int LabelRoom = 460;

    private static readonly (string Measure, string FileName, string Title)[] Charts =
    [
        ("broker_cpu_seconds_per_gb", "cpu-per-gb", "Broker's CPU per GB, share of Kafka's (less is better)"),
        ("broker_cpu_us_per_request", "cpu-per-request", "Broker's CPU per request, share of Kafka's (less is better)"),
        ("latency_p50_us", "latency-p50", "Median latency, share of Kafka's (less is better)"),
        ("latency_p99_us", "latency-p99", "Latency p99, share of Kafka's (less is better)"),
        ("mb_per_second", "throughput", "Throughput, multiple of Kafka's (more is better)"),
    ];

    /// <summary>Writes each chart as SVG and PNG.</summary>
    /// <param name="folder">Has to exist.</param>
    /// <param name="results">What was measured; workloads without figures of both are left out.</param>
    public static void Write(string folder, IReadOnlyList<WorkloadResult> results)
    {
        foreach ((string measure, string fileName, string title) in Charts)
        {
            (string Name, double Ratio)[] bars =
            [
                .. results.Select(result => (result.Workload.Name, Ratio: result.Ratio(WorkloadCatalog.SluiceName, WorkloadCatalog.KafkaName, measure) ?? double.NaN))
                    .Where(static bar => !double.IsNaN(bar.Ratio)),
            ];
            if (bars.Length > 0) Draw(Path.Combine(folder, fileName), title, bars);
        }
    }

    private static void Draw(string path, string title, (string Name, double Ratio)[] bars)
    {
        using var plot = new Plot();
        plot.Title(title, size: 15);
        List<Bar> drawn = [.. bars.Select(static (bar, index) => new Bar
        {
            Position = -index,
            Value = bar.Ratio,
            Label = bar.Ratio.ToString("0.00", CultureInfo.InvariantCulture),
            Orientation = Orientation.Horizontal,
            FillColor = Color.FromHex("#3b7dd8"),
            LineWidth = 0,
        })];
        plot.Add.Bars(drawn).Horizontal = true;
        plot.Add.VerticalLine(1, 1.5f, Color.FromHex("#c0392b"));
        plot.Axes.Left.TickGenerator = new NumericManual([.. bars.Select(static (_, index) => (double)-index)], [.. bars.Select(static bar => bar.Name)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.MinimumSize = LabelRoom;
        plot.Axes.SetLimits(0, Math.Max(1.1, bars.Max(static bar => bar.Ratio) * 1.12), -bars.Length + 0.4, 0.6);
        int height = Margins + (BarHeight * bars.Length);
        plot.SavePng($"{path}.png", Width, height);
        File.WriteAllText($"{path}.svg", plot.GetSvgXml(Width, height));
    }
}
