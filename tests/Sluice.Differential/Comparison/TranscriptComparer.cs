namespace Sluice.Differential.Comparison;

/// <summary>Finds every value in which two transcripts of the same scenario differ.</summary>
internal static class TranscriptComparer
{
    private const string Absent = "(absent)";

    public static List<Difference> Compare(string scenario, Transcript kafka, Transcript sluice)
    {
        List<Difference> differences = [];
        Dictionary<string, TranscriptStep> sluiceSteps = sluice.Steps.ToDictionary(static step => step.Label);
        foreach (TranscriptStep step in kafka.Steps)
        {
            if (sluiceSteps.Remove(step.Label, out TranscriptStep? other)) Compare(scenario, step, other, differences);
            else differences.Add(new Difference(scenario, step.Label, "", "answered", Absent));
        }
        foreach (TranscriptStep step in sluice.Steps.Where(step => sluiceSteps.ContainsKey(step.Label)))
            differences.Add(new Difference(scenario, step.Label, "", Absent, "answered"));
        return differences;
    }

    private static void Compare(string scenario, TranscriptStep kafka, TranscriptStep sluice, List<Difference> differences)
    {
        foreach ((string path, string value) in kafka.Fields)
        {
            string other = sluice.Fields.GetValueOrDefault(path, Absent);
            if (other != value) differences.Add(new Difference(scenario, kafka.Label, path, value, other));
        }
        foreach ((string path, string value) in sluice.Fields)
        {
            if (!kafka.Fields.ContainsKey(path)) differences.Add(new Difference(scenario, kafka.Label, path, Absent, value));
        }
    }
}
