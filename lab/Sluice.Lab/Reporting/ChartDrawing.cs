using ScottPlot;
using ScottPlot.TickGenerators;

namespace Sluice.Lab.Reporting;

/// <summary>Draws charts as files: bars for one series, lines for several.</summary>
internal static class ChartDrawing
{
    private const int Width = 1000;
    private const int LineHeight = 560;
    private const int BarHeight = 30;
    private const int BarMargins = 140;
    private const int BarLabelRoom = 140;

    /// <summary>Writes a chart as PNG and SVG.</summary>
    /// <param name="chart">What to draw.</param>
    /// <param name="folder">Has to exist.</param>
    /// <returns>The SVG document, for a page that holds it.</returns>
    internal static string Write(ReportChart chart, string folder)
    {
        using var plot = new Plot();
        plot.Title(chart.Title);
        int height;
        if (chart.Series.Count == 1)
        {
            DrawBars(plot, chart);
            height = BarMargins + (BarHeight * chart.Categories.Count);
        }
        else
        {
            DrawLines(plot, chart);
            height = LineHeight;
        }

        string path = Path.Combine(folder, chart.FileName);
        plot.SavePng($"{path}.png", Width, height);
        string svg = plot.GetSvgXml(Width, height);
        File.WriteAllText($"{path}.svg", svg);
        return svg;
    }

    private static void DrawBars(Plot plot, ReportChart chart)
    {
        IReadOnlyList<double> values = chart.Series[0].Values;
        List<Bar> bars = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (double.IsNaN(values[i])) continue;
            bars.Add(new Bar { Position = -i, Value = values[i], Label = TransferTables.Number(values[i], values[i] < 10 ? 3 : 0), Orientation = Orientation.Horizontal, FillColor = Color.FromHex("#3b7dd8"), LineWidth = 0 });
        }

        plot.Add.Bars(bars).Horizontal = true;
        plot.Axes.Left.TickGenerator = new NumericManual([.. chart.Categories.Select((_, i) => (double)-i)], [.. chart.Categories]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.MinimumSize = BarLabelRoom;
        plot.Axes.Bottom.Label.Text = chart.ValueLabel;
        double max = values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimits(0, max * 1.15, -chart.Categories.Count + 0.4, 0.6);
    }

    private static void DrawLines(Plot plot, ReportChart chart)
    {
        // Sizes grow by factors: each has the same room, whatever the distance.
        double[] positions = [.. chart.Categories.Select((_, i) => (double)i)];
        foreach (ReportSeries series in chart.Series)
        {
            var line = plot.Add.Scatter(positions, series.Values.ToArray());
            line.LegendText = series.Name;
            line.LineWidth = 2;
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual(positions, [.. chart.Categories]);
        plot.Axes.Bottom.Label.Text = "size of a transfer";
        plot.Axes.Left.Label.Text = chart.ValueLabel;
        plot.ShowLegend(Alignment.UpperRight);
        double max = chart.Series.SelectMany(series => series.Values).Where(value => !double.IsNaN(value)).DefaultIfEmpty(1).Max();
        plot.Axes.SetLimits(-0.3, positions.Length - 0.7, 0, max * 1.1);
    }
}
