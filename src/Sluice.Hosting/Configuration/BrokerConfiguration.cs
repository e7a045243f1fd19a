using System.Collections.Immutable;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Configuration;

/// <summary>The settings that a broker is started with, from everywhere that they can be given.</summary>
/// <param name="Settings">Checked and without errors.</param>
/// <param name="Reports">What the log of the start should say: settings without effect, variables that are no settings.</param>
public sealed record BrokerConfiguration(StaticConfig Settings, ImmutableArray<ConfigProblem> Reports)
{
    /// <summary>Reads and checks all settings: the command line before the environment, before the file, before the defaults.</summary>
    /// <param name="filePath">Null if there is no file.</param>
    /// <param name="environment">Usually <see cref="EnvironmentSettings.OfProcess"/>.</param>
    /// <param name="assignments">The <c>name=value</c> texts of the command line, in order; of two for one name the later one counts.</param>
    /// <param name="defaults">What the caller wants where nobody says anything; null keeps Kafka's defaults.</param>
    /// <exception cref="ConfigurationException">Something is wrong; says everything that is.</exception>
    /// <exception cref="ConfigFileException">The file is not in its format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BrokerConfiguration Load(string? filePath, IEnumerable<KeyValuePair<string, string>> environment, IEnumerable<string> assignments,
        IEnumerable<ConfigEntry>? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(assignments);
        var entries = new List<ConfigEntry>(defaults ?? []);
        var problems = ImmutableArray.CreateBuilder<ConfigProblem>();
        if (filePath is not null) entries.AddRange(ConfigFile.Load(filePath));
        entries.AddRange(EnvironmentSettings.Read(environment, out IReadOnlyList<string> ignoredVariables));
        foreach (string assignment in assignments)
        {
            if (TryParseAssignment(assignment, out ConfigEntry entry)) entries.Add(entry);
            else problems.Add(new ConfigProblem(assignment, AssignmentOrigin, $"'{assignment}' is not of the form name=value"));
        }

        StaticConfig settings = StaticConfig.Create(entries);
        problems.AddRange(settings.Errors);
        if (problems.Count > 0) throw new ConfigurationException(problems.ToImmutable());
        return new BrokerConfiguration(settings,
        [
            .. settings.Reports,
            .. ignoredVariables.Select(variable => new ConfigProblem(variable, variable, "this environment variable is no setting, and is ignored")),
        ]);
    }

    private const string AssignmentOrigin = "--set";

    private static bool TryParseAssignment(string assignment, out ConfigEntry entry)
    {
        int equalsIndex = assignment.IndexOf('=', StringComparison.Ordinal);
        entry = equalsIndex <= 0 ? default : new ConfigEntry(assignment[..equalsIndex].Trim(), assignment[(equalsIndex + 1)..], AssignmentOrigin);
        return equalsIndex > 0;
    }
}
