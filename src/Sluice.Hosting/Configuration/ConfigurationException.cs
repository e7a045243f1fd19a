using System.Collections.Immutable;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting.Configuration;

/// <summary>A broker cannot be started with the settings that it was given.</summary>
public sealed class ConfigurationException : Exception
{
    internal ConfigurationException(ImmutableArray<ConfigProblem> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>Everything that is wrong, each with its place; not empty.</summary>
    public ImmutableArray<ConfigProblem> Problems { get; }
}
