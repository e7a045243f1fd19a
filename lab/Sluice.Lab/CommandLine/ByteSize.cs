using System.Globalization;

namespace Sluice.Lab.CommandLine;

/// <summary>Sizes as people type and read them: 64KiB, 1MiB, 1GiB. The unit is a power of two; K, M and G alone mean the same.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Reads a size.</summary>
    /// <param name="text">A whole number, and a unit behind it unless it counts bytes.</param>
    /// <param name="bytes">The size; 0 or more.</param>
    internal static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string trimmed = text.Trim();
        int digitsLength = trimmed.TakeWhile(char.IsAsciiDigit).Count();
        if (!long.TryParse(trimmed.AsSpan(0, digitsLength), NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return false;
        string unit = trimmed[digitsLength..].Trim();
        int exponent = unit.Length == 0 ? 0 : Array.FindIndex(
            Units, known => known.Equals(unit, StringComparison.OrdinalIgnoreCase) || (known.Length == 3 && known[..1].Equals(unit, StringComparison.OrdinalIgnoreCase)));
        if (exponent < 0 || number > long.MaxValue >> (10 * exponent)) return false;
        bytes = number << (10 * exponent);
        return true;
    }

    /// <summary>The shortest exact way to write a size: "8 KiB", "1 GiB", "1000 B".</summary>
    internal static string Format(long bytes)
    {
        int exponent = 0;
        while (exponent < Units.Length - 1 && bytes != 0 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            exponent++;
        }

        return $"{bytes.ToString(CultureInfo.InvariantCulture)} {Units[exponent]}";
    }

    /// <summary>For names: "8k", "1m".</summary>
    internal static string Short(long bytes)
    {
        string[] parts = Format(bytes).Split(' ');
        return parts[0] + (parts[1] == "B" ? "" : parts[1][..1].ToLowerInvariant());
    }
}
