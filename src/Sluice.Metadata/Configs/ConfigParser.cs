using System.Globalization;

namespace Sluice.Metadata.Configs;

/// <summary>Reads the text of a value and writes its canonical form.</summary>
internal static class ConfigParser
{
    /// <summary>Reads one value.</summary>
    /// <returns>Null on success, else the reason.</returns>
    internal static string? Parse(ConfigType type, string text, out ConfigValue value, out string normalized)
    {
        string trimmed = text.Trim();
        normalized = trimmed;
        value = default;
        switch (type)
        {
            case ConfigType.Boolean:
                return ParseBoolean(trimmed, out value, out normalized);
            case ConfigType.Short:
                return ParseNumber(trimmed, short.MinValue, short.MaxValue, "SHORT", out value, ref normalized);
            case ConfigType.Int:
                return ParseNumber(trimmed, int.MinValue, int.MaxValue, "INT", out value, ref normalized);
            case ConfigType.Long:
                return ParseNumber(trimmed, long.MinValue, long.MaxValue, "LONG", out value, ref normalized);
            case ConfigType.Double:
                return ParseReal(trimmed, out value, ref normalized);
            case ConfigType.List:
                string[] elements = SplitList(trimmed);
                value = ConfigValue.FromList(elements);
                normalized = string.Join(',', elements);
                return null;
            default:
                value = ConfigValue.FromText(trimmed);
                return null;
        }
    }

    /// <summary>Elements in the order given, trimmed; of equal ones only the first is kept. Nothing but blanks is the empty list.</summary>
    internal static string[] SplitList(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        string[] elements = text.Split(',', StringSplitOptions.TrimEntries);
        return elements.Length == 1 ? elements : elements.Distinct(StringComparer.Ordinal).ToArray();
    }

    private static string? ParseBoolean(string trimmed, out ConfigValue value, out string normalized)
    {
        bool isTrue = trimmed.Equals("true", StringComparison.OrdinalIgnoreCase);
        value = ConfigValue.FromNumber(isTrue ? 1 : 0);
        normalized = isTrue ? "true" : "false";
        return isTrue || trimmed.Equals("false", StringComparison.OrdinalIgnoreCase) ? null : "Expected value to be either true or false";
    }

    private static string? ParseNumber(string trimmed, long minimum, long maximum, string typeName, out ConfigValue value, ref string normalized)
    {
        value = default;
        if (!long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) || number < minimum || number > maximum)
        {
            return $"Not a number of type {typeName}";
        }
        value = ConfigValue.FromNumber(number);
        normalized = number.ToString(CultureInfo.InvariantCulture);
        return null;
    }

    private static string? ParseReal(string trimmed, out ConfigValue value, ref string normalized)
    {
        value = default;
        // NaN passes every comparison of a range the wrong way round, and no setting has a use for it or for infinity.
        if (!double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) || !double.IsFinite(real))
        {
            return "Not a number of type DOUBLE";
        }
        value = ConfigValue.FromReal(real);
        normalized = RealText.Format(real);
        return null;
    }
}
