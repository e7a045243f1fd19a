using System.Text;

namespace Sluice.Differential.Comparison;

/// <summary>What one peer answered to one scenario: the steps in order, each as a list of named values.</summary>
internal sealed class Transcript
{
    private readonly List<TranscriptStep> _steps = [];

    public IReadOnlyList<TranscriptStep> Steps => _steps;

    /// <summary>Adds a step. A label that was used before gets a number.</summary>
    public void Add(string label, IEnumerable<KeyValuePair<string, string>> fields)
    {
        string unique = label;
        for (int i = 2; _steps.Exists(step => step.Label == unique); i++) unique = $"{label} #{i}";
        TranscriptStep step = new(unique);
        foreach ((string path, string value) in fields)
        {
            string key = path;
            for (int i = 2; step.Fields.ContainsKey(key); i++) key = $"{path} #{i}";
            step.Fields.Add(key, value);
        }
        _steps.Add(step);
    }

    public void Add(string label, string path, string value) => Add(label, [new(path, value)]);

    public override string ToString()
    {
        StringBuilder text = new();
        foreach (TranscriptStep step in _steps)
        {
            text.AppendLine(step.Label);
            foreach ((string path, string value) in step.Fields) text.Append("    ").Append(path).Append(" = ").AppendLine(value);
        }
        return text.ToString();
    }
}

/// <summary>One question's answer, flattened.</summary>
internal sealed class TranscriptStep(string label)
{
    public string Label { get; } = label;

    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);
}
