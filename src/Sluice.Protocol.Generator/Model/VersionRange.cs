using System;
using System.Globalization;

namespace Sluice.Protocol.Generator.Model;

/// <summary>Versions from <see cref="Low"/> to <see cref="High"/>, both inclusive. Written "3", "0-5", "2+" or "none".</summary>
internal readonly struct VersionRange : IEquatable<VersionRange>
{
    /// <summary>High end of a range without one, such as "2+".</summary>
    internal const short Open = short.MaxValue;

    internal VersionRange(int low, int high)
    {
        Low = (short)low;
        High = (short)high;
    }

    /// <summary>No version at all.</summary>
    internal static VersionRange None => new(0, -1);

    internal short Low { get; }

    internal short High { get; }

    internal bool IsEmpty => Low > High;

    internal static bool TryParse(string text, out VersionRange range)
    {
        range = None;
        if (text == "none") return true;
        if (text.EndsWith("+", StringComparison.Ordinal)) return TryCreate(text.Substring(0, text.Length - 1), null, out range);
        int dash = text.IndexOf('-');
        return dash < 0 ? TryCreate(text, text, out range) : TryCreate(text.Substring(0, dash), text.Substring(dash + 1), out range);
    }

    internal bool Contains(int version) => version >= Low && version <= High;

    internal bool Contains(VersionRange other) => other.IsEmpty || (other.Low >= Low && other.High <= High);

    internal VersionRange Intersect(VersionRange other)
    {
        var common = new VersionRange(Math.Max(Low, other.Low), Math.Min(High, other.High));
        return common.IsEmpty ? None : common;
    }

    /// <summary>The smallest range that holds both.</summary>
    internal VersionRange Hull(VersionRange other)
    {
        if (IsEmpty) return other;
        return other.IsEmpty ? this : new VersionRange(Math.Min(Low, other.Low), Math.Max(High, other.High));
    }

    public bool Equals(VersionRange other) => Low == other.Low && High == other.High;

    public override bool Equals(object? obj) => obj is VersionRange other && Equals(other);

    public override int GetHashCode() => (Low << 16) ^ High;

    public override string ToString()
    {
        if (IsEmpty) return "none";
        if (High == Open) return Low.ToString(CultureInfo.InvariantCulture) + "+";
        return Low == High ? Low.ToString(CultureInfo.InvariantCulture) : $"{Low}-{High}";
    }

    private static bool TryCreate(string low, string? high, out VersionRange range)
    {
        range = None;
        short highVersion = Open;
        if (!short.TryParse(low, NumberStyles.None, CultureInfo.InvariantCulture, out short lowVersion)) return false;
        if (high is not null && !short.TryParse(high, NumberStyles.None, CultureInfo.InvariantCulture, out highVersion)) return false;
        if (lowVersion > highVersion) return false;
        range = new VersionRange(lowVersion, highVersion);
        return true;
    }
}
