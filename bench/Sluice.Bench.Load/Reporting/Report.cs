using System.Globalization;
using System.Text.Json;

namespace Sluice.Bench.Load.Reporting;

/// <summary>What a command found out.</summary>
/// <param name="command">Its name.</param>
internal sealed class Report(string command)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<Measure> _measures = [];
    private readonly List<KeyValuePair<string, string>> _settings = [];

    /// <summary>The figures, in the order in which they are shown.</summary>
    public IReadOnlyList<Measure> Measures => _measures;

    /// <summary>A figure by its name.</summary>
    /// <exception cref="KeyNotFoundException">The report has no such figure.</exception>
    public double this[string name] => _measures.FirstOrDefault(measure => measure.Name == name)?.Value
        ?? throw new KeyNotFoundException($"The report of {command} has no {name}.");

    /// <summary>Whether the report has a figure.</summary>
    public bool Has(string name) => _measures.Any(measure => measure.Name == name);

    /// <summary>Notes what was measured.</summary>
    public void Set(string name, object value) => _settings.Add(new(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));

    /// <summary>Adds a figure.</summary>
    public void Add(string name, double value, int decimals = 0) => _measures.Add(new Measure(name, value, decimals));

    /// <summary>Writes a table, or one JSON document.</summary>
    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            var document = new
            {
                command,
                settings = _settings.ToDictionary(setting => setting.Key, setting => setting.Value),
                measures = _measures.ToDictionary(measure => measure.Name, measure => Math.Round(measure.Value, measure.Decimals)),
            };
            output.WriteLine(JsonSerializer.Serialize(document, Indented));
            return;
        }

        output.WriteLine($"{command}: {string.Join(", ", _settings.Select(setting => $"{setting.Key} {setting.Value}"))}");
        int nameWidth = _measures.Max(measure => measure.Name.Length);
        string[] values = [.. _measures.Select(measure => measure.Value.ToString($"N{measure.Decimals}", CultureInfo.InvariantCulture))];
        int valueWidth = values.Max(value => value.Length);
        for (int index = 0; index < values.Length; index++)
        {
            output.WriteLine($"  {_measures[index].Name.PadRight(nameWidth)}  {values[index].PadLeft(valueWidth)}");
        }
    }
}
