using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary>The arguments that name topics.</summary>
internal static class TopicArgument
{
    internal static Argument<string> One(string description = "Name of the topic") => new("TOPIC") { Description = description };

    internal static Argument<string[]> Several(string description) => new("TOPIC")
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
    };
}
