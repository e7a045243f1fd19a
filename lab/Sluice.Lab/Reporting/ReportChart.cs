using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Reporting;

/// <summary>A plot: bars, one for each category, or lines over a logarithmic axis.</summary>
/// <param name="FileName">Without folder and extension; letters, digits and dashes.</param>
/// <param name="Title">A line above it.</param>
/// <param name="ValueLabel">What the values are, with their unit.</param>
/// <param name="Categories">Along the other axis, one for each value of each series.</param>
/// <param name="Series">At least one. One series is drawn as bars, several as lines.</param>
internal sealed record ReportChart(
    string FileName, string Title, string ValueLabel, IReadOnlyList<string> Categories, IReadOnlyList<ReportSeries> Series)
{
    /// <summary>A chart over sizes, with a series for each name.</summary>
    /// <param name="fileName">As above.</param>
    /// <param name="title">As above.</param>
    /// <param name="valueLabel">As above.</param>
    /// <param name="points">Name of the series, size in bytes, and value; where a series lacks a size, there is a gap.</param>
    internal static ReportChart BySize(string fileName, string title, string valueLabel, IEnumerable<(string Name, long SizeBytes, double Value)> points)
    {
        (string Name, long SizeBytes, double Value)[] all = [.. points];
        long[] sizes = [.. all.Select(point => point.SizeBytes).Distinct()];
        ReportSeries[] series =
        [
            .. all.GroupBy(point => point.Name).Select(group => new ReportSeries(
                group.Key, [.. sizes.Select(size => group.Where(point => point.SizeBytes == size).Select(point => point.Value).DefaultIfEmpty(double.NaN).First())])),
        ];
        return new ReportChart(fileName, title, valueLabel, [.. sizes.Select(ByteSize.Format)], series);
    }
}

/// <summary>Values of a chart that belong together.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Values">One for each category; NaN = there is none.</param>
internal sealed record ReportSeries(string Name, IReadOnlyList<double> Values);
