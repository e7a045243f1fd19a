using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sluice.Cli.Parsing;

/// <summary>Options and arguments of the form name=value, as often as wanted.</summary>
internal static class PairsOption
{
    /// <summary>A repeatable option.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it does.</param>
    /// <param name="aliases">Other names.</param>
    internal static Option<IReadOnlyList<KeyValuePair<string, string>>> Create(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Parse(name, result),
    };

    /// <summary>One or more arguments.</summary>
    /// <param name="description">What they do.</param>
    internal static Argument<IReadOnlyList<KeyValuePair<string, string>>> CreateArgument(string description) => new("NAME=VALUE")
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Parse("a setting", result),
    };

    private static IReadOnlyList<KeyValuePair<string, string>> Parse(string name, ArgumentResult result)
    {
        List<KeyValuePair<string, string>> pairs = [];
        foreach (string text in result.Tokens.Select(token => token.Value))
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                result.AddError($"{name} wants NAME=VALUE; it is '{text}'");
                return [];
            }

            pairs.Add(new(text[..equals], text[(equals + 1)..]));
        }

        return pairs;
    }
}
