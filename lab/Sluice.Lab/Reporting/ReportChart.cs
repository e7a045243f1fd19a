namespace Sluice.Lab.Reporting;

/// <summary>A plot: bars, one for each category, or lines over a logarithmic axis.</summary>
/// <param name="FileName">Without folder and extension; letters, digits and dashes.</param>
/// <param name="Title">A line above it.</param>
/// <param name="ValueLabel">What the values are, with their unit.</param>
/// <param name="Categories">Along the other axis, one for each value of each series.</param>
/// <param name="Series">At least one. One series is drawn as bars, several as lines.</param>
internal sealed record ReportChart(
    string FileName, string Title, string ValueLabel, IReadOnlyList<string> Categories, IReadOnlyList<ReportSeries> Series);

/// <summary>Values of a chart that belong together.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Values">One for each category; NaN = there is none.</param>
internal sealed record ReportSeries(string Name, IReadOnlyList<double> Values);
