using System.Globalization;

namespace Sluice.Metadata.Configs;

/// <summary>Writes floating-point settings as Java programs do, since clients compare the texts: 0.5, 1.0E-4, 2.147483647E9.</summary>
internal static class RealText
{
    internal static string Format(double value)
    {
        double magnitude = Math.Abs(value);
        string shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        if (magnitude == 0) return double.IsNegative(value) ? "-0.0" : "0.0";
        if (magnitude is >= 1e-3 and < 1e7)
        {
            string plain = value.ToString("0.0##################", CultureInfo.InvariantCulture);
            // Custom formats stop at 15 digits; the round-trip form is needed where those do not give the same number back.
            return double.Parse(plain, CultureInfo.InvariantCulture) == value ? plain : value.ToString("R", CultureInfo.InvariantCulture);
        }
        (string digits, int exponent) = Digits(value, shortest);
        string sign = value < 0 ? "-" : "";
        string fraction = digits.Length > 1 ? digits[1..] : "0";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}.{fraction}E{exponent}");
    }

    /// <summary>The fewest digits that give the same number back, and the power of ten of the first one.</summary>
    private static (string Digits, int Exponent) Digits(double value, string scientific)
    {
        for (int precision = 0; precision < 17; precision++)
        {
            string candidate = value.ToString("E" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (double.Parse(candidate, CultureInfo.InvariantCulture) == value)
            {
                scientific = candidate;
                break;
            }
        }
        int mark = scientific.IndexOf('E', StringComparison.Ordinal);
        string digits = scientific[..mark].Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        return (digits, int.Parse(scientific.AsSpan(mark + 1), CultureInfo.InvariantCulture));
    }
}
