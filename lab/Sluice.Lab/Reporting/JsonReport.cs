using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Lab.Reporting;

/// <summary>Writes a report for machines.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>One document with <c>command</c>, <c>machine</c>, <c>settings</c>, <c>results</c> and <c>notes</c>.</summary>
    internal static string Format(LabReport report) => JsonSerializer.Serialize(
        new
        {
            report.Command,
            report.Machine,
            Settings = report.Settings.ToDictionary(),
            report.Results,
            report.Notes,
        },
        Options);
}
