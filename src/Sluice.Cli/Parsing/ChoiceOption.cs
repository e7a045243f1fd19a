using System.CommandLine;

namespace Sluice.Cli.Parsing;

/// <summary>Options whose value is one word of a few.</summary>
internal static class ChoiceOption
{
    /// <summary>An option.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">Stands for the value in the help.</param>
    /// <param name="description">What it does; the words are added.</param>
    /// <param name="choices">The words and what they mean; the first is the default. Upper and lower case are alike.</param>
    /// <returns>The value is null where the option is not given: the caller knows the default, and the help says its word.</returns>
    internal static Option<T?> Create<T>(string name, string helpName, string description, params (string Word, T Value)[] choices)
        where T : struct
    {
        string words = $"{string.Join(", ", choices[..^1].Select(choice => choice.Word))} or {choices[^1].Word}";
        return new Option<T?>(name)
        {
            Description = $"{description}: {words} [default: {choices[0].Word}]",
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
                foreach ((string word, T value) in choices)
                {
                    if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return value;
                }

                result.AddError($"{name} is {words}; it is '{text}'");
                return null;
            },
        };
    }
}
