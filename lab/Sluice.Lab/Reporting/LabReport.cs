namespace Sluice.Lab.Reporting;

/// <summary>What a command found out, ready to be printed, written as JSON, or turned into a page with plots.</summary>
internal sealed record LabReport
{
    /// <summary>The command, as typed.</summary>
    public required string Command { get; init; }

    /// <summary>One line above everything.</summary>
    public required string Title { get; init; }

    /// <summary>Where the figures come from.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>What the runs had in common, by name.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>For people.</summary>
    public required IReadOnlyList<ReportTable> Tables { get; init; }

    /// <summary>For the page; empty where a table says it better.</summary>
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    /// <summary>What a reader has to know, a sentence or two each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The same figures for machines: becomes <c>results</c> in the JSON document.</summary>
    public required object Results { get; init; }
}
