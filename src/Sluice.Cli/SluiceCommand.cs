using System.CommandLine;

namespace Sluice.Cli;

/// <summary>A command whose help shows how it is used.</summary>
internal sealed class SluiceCommand : Command
{
    /// <summary>Creates a command.</summary>
    /// <param name="name">What is typed.</param>
    /// <param name="description">What it does: one sentence, more where there is something to know.</param>
    /// <param name="examples">Whole command lines.</param>
    internal SluiceCommand(string name, string description, params string[] examples)
        : base(name, description) => Examples = examples;

    /// <summary>Whole command lines.</summary>
    internal IReadOnlyList<string> Examples { get; }
}
