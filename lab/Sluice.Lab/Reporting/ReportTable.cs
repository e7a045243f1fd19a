namespace Sluice.Lab.Reporting;

/// <summary>A table of texts.</summary>
/// <param name="Title">A line above it.</param>
/// <param name="Columns">Headings; those of numbers begin with '>' and are set to the right.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
