using System.CommandLine;
using System.Globalization;

namespace Sluice.Lab.CommandLine;

/// <summary>Makes options that say in one line what is wrong with their value.</summary>
internal static class LabOptions
{
    /// <summary>A size such as 64KiB.</summary>
    internal static Option<long?> Size(string name, string description, long min, long max) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (TryParseSize(text, min, max, out long bytes)) return bytes;
            result.AddError(ExplainSize(name, text, min, max));
            return null;
        },
    };

    /// <summary>Sizes, separated by commas.</summary>
    internal static Option<IReadOnlyList<long>?> Sizes(string name, string description, long min, long max) => new(name)
    {
        Description = description,
        HelpName = "SIZE,SIZE",
        CustomParser = result =>
        {
            List<long> sizes = [];
            foreach (string text in result.Tokens[^1].Value.Split(','))
            {
                if (TryParseSize(text, min, max, out long bytes)) sizes.Add(bytes);
                else result.AddError(ExplainSize(name, text, min, max));
            }

            return [.. sizes.Distinct()];
        },
    };

    /// <summary>The folder of a page.</summary>
    internal static Option<string?> Out() => new("--out") { Description = "Also write a page with plots into this folder", HelpName = "FOLDER" };

    /// <summary>A whole number within a range.</summary>
    internal static Option<int?> Number(string name, string description, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (TryParseNumber(text, min, max, out int number)) return number;
            result.AddError($"{name} wants a whole number from {min} to {max}; it is '{text}'");
            return null;
        },
    };

    /// <summary>Whole numbers, separated by commas.</summary>
    internal static Option<IReadOnlyList<int>?> Numbers(string name, string description, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "N,N",
        CustomParser = result =>
        {
            List<int> numbers = [];
            foreach (string text in result.Tokens[^1].Value.Split(','))
            {
                if (TryParseNumber(text, min, max, out int number)) numbers.Add(number);
                else result.AddError($"{name} wants whole numbers from {min} to {max}; one is '{text}'");
            }

            return [.. numbers.Distinct()];
        },
    };

    /// <summary>One of the names of an enumeration, in lower case.</summary>
    internal static Option<TEnum> Choice<TEnum>(string name, string description, TEnum defaultValue)
        where TEnum : struct, Enum
    {
        string[] names = [.. Enum.GetNames<TEnum>().Select(known => known.ToLowerInvariant())];
        return new Option<TEnum>(name)
        {
            Description = $"{description} Default: {defaultValue.ToString().ToLowerInvariant()}",
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => defaultValue,
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                if (names.Contains(text.ToLowerInvariant())) return Enum.Parse<TEnum>(text, ignoreCase: true);
                result.AddError($"{name} wants one of {string.Join(", ", names)}; it is '{text}'");
                return defaultValue;
            },
        };
    }

    private static bool TryParseSize(string text, long min, long max, out long bytes) =>
        ByteSize.TryParse(text, out bytes) && bytes >= min && bytes <= max;

    private static string ExplainSize(string name, string text, long min, long max) =>
        $"{name} wants a size from {ByteSize.Format(min)} to {ByteSize.Format(max)}, such as 64KiB; it is '{text}'";

    private static bool TryParseNumber(string text, int min, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;
}
