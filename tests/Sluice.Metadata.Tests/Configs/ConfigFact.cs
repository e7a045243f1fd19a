namespace Sluice.Metadata.Tests.Configs;

/// <summary>Names, types, defaults, importance and update modes of Kafka 4.3's settings, one per line of config-facts.tsv.</summary>
internal sealed record ConfigFact(string Scope, string Name, string Type, string? Default, string Importance, string UpdateMode)
{
    internal static IReadOnlyList<ConfigFact> All { get; } = Load();

    internal static IEnumerable<ConfigFact> Of(string scope) => All.Where(fact => fact.Scope == scope);

    private static List<ConfigFact> Load()
    {
        using Stream stream = typeof(ConfigFact).Assembly.GetManifestResourceStream("config-facts.tsv")!;
        using var reader = new StreamReader(stream);
        var facts = new List<ConfigFact>();
        while (reader.ReadLine() is { } line)
        {
            string[] columns = line.Split('\t');
            facts.Add(new ConfigFact(columns[0], columns[1], columns[2], columns[3] == "(unset)" ? null : columns[3], columns[4], columns[5]));
        }
        return facts;
    }
}
