using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sluice.Metadata.Configs;

/// <summary>One element of <c>listeners</c> or <c>advertised.listeners</c>: <c>name://host:port</c>.</summary>
/// <param name="Name">In upper case; unique among the listeners of a broker.</param>
/// <param name="Host">A name or an address without brackets; empty means every address of the machine.</param>
/// <param name="Port">0 lets the system choose.</param>
public sealed partial record ListenerAddress(string Name, string Host, int Port)
{
    /// <summary>Reads one element.</summary>
    /// <param name="text">For example <c>PLAINTEXT://broker-1:9092</c>, <c>PLAINTEXT://[::1]:9092</c> or <c>PLAINTEXT://:9092</c>.</param>
    /// <param name="address">Null if the result is false.</param>
    /// <param name="reason">Null if the result is true.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenerAddress? address, out string? reason)
    {
        address = null;
        reason = null;
        Match match = Form().Match(text ?? "");
        if (!match.Success)
        {
            reason = $"Unable to parse {text} to a broker endpoint of the form name://host:port";
            return false;
        }
        if (!int.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
        {
            reason = $"The port of {text} is not a number between 0 and 65535";
            return false;
        }
        string host = match.Groups["host"].Value;
        if (host.StartsWith('[')) host = host[1..^1];
        address = new ListenerAddress(match.Groups["name"].Value.ToUpperInvariant(), host, port);
        return true;
    }

    /// <summary>Reads a list of elements.</summary>
    /// <param name="elements">Without duplicates.</param>
    /// <param name="addresses">Empty if the result is false.</param>
    /// <param name="reason">Null if the result is true.</param>
    public static bool TryParseList(ImmutableArray<string> elements, out ImmutableArray<ListenerAddress> addresses, out string? reason)
    {
        reason = null;
        addresses = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        var found = ImmutableArray.CreateBuilder<ListenerAddress>();
        foreach (string element in elements)
        {
            if (!TryParse(element, out ListenerAddress? address, out reason)) return false;
            if (!names.Add(address.Name))
            {
                reason = $"Each listener must have a different name, and {address.Name} is there twice";
                return false;
            }
            found.Add(address);
        }
        addresses = found.ToImmutable();
        return true;
    }

    /// <summary>The form of the setting, with brackets around an IPv6 address.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    internal static string? CheckList(ImmutableArray<string> elements) =>
        elements.IsEmpty ? "At least one listener is needed" : TryParseList(elements, out _, out string? reason) ? null : reason;

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9_.\-]+)://(?<host>[0-9A-Za-z\-._]*|\[[0-9A-Fa-f:.%]+\]):(?<port>[0-9]{1,5})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
