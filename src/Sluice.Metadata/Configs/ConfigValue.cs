using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Sluice.Metadata.Configs;

/// <summary>A parsed setting: a number, a text, a list, or nothing.</summary>
/// <remarks>A value of 16 bytes, so that a view of settings is one array and a getter is one read.</remarks>
public readonly struct ConfigValue
{
    private static readonly object s_numberMark = new();

    private readonly long _number;
    private readonly object? _reference;

    private ConfigValue(long number, object? reference)
    {
        _number = number;
        _reference = reference;
    }

    /// <summary>Whether the setting has no value (its default is "unset").</summary>
    public bool IsNull => _reference is null;

    /// <summary>The value of a boolean, 16, 32 or 64 bit key; 0 and 1 for booleans.</summary>
    public long Number => _number;

    /// <summary>The value of a floating-point key.</summary>
    public double Real => BitConverter.Int64BitsToDouble(_number);

    /// <summary>The value of a text, class or password key; null where nothing is set.</summary>
    public string? Text => _reference as string;

    /// <summary>The elements of a list key, without duplicates; empty where nothing is set.</summary>
    public ImmutableArray<string> List => _reference is string[] elements ? ImmutableCollectionsMarshal.AsImmutableArray(elements) : [];

    internal static ConfigValue FromNumber(long number) => new(number, s_numberMark);

    internal static ConfigValue FromReal(double real) => new(BitConverter.DoubleToInt64Bits(real), s_numberMark);

    internal static ConfigValue FromText(string text) => new(0, text);

    // The parser hands the array over and never writes to it again: List wraps it without a copy.
    internal static ConfigValue FromList(string[] elements) => new(0, elements);
}
