using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Sluice.Cli.Parsing;

/// <summary>Options whose value is a whole number within a range, with an error that says so.</summary>
internal static class NumberOption
{
    /// <summary>An option that may be missing.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">Stands for the value in the help.</param>
    /// <param name="description">What it does.</param>
    /// <param name="min">Smallest value.</param>
    /// <param name="max">Largest value.</param>
    internal static Option<T?> Create<T>(string name, string helpName, string description, T min, T max)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
                if (TryParse(text, min, max, out T value)) return value;
                result.AddError(Explain(name, text, min, max));
                return null;
            },
        };

    /// <summary>An option that may be repeated, or hold several numbers separated by commas.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">Stands for the value in the help.</param>
    /// <param name="description">What it does.</param>
    internal static Option<IReadOnlyList<int>> CreateList(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            List<int> values = [];
            foreach (string text in result.Tokens.SelectMany(token => token.Value.Split(',')))
            {
                if (!TryParse(text, 0, int.MaxValue, out int value))
                {
                    result.AddError(Explain(name, text, 0, int.MaxValue));
                    return [];
                }

                if (!values.Contains(value)) values.Add(value);
            }

            return values;
        },
    };

    private static bool TryParse<T>(string text, T min, T max, out T value)
        where T : struct, IBinaryInteger<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;

    private static string Explain<T>(string name, string text, T min, T max)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string range = max == T.MaxValue ? $"of {min} or more" : $"from {min} to {max}";
        return $"{name} wants a whole number {range}; it is '{text}'";
    }
}
