using System.Collections.Immutable;
using System.Globalization;

namespace Sluice.Metadata.Configs;

/// <summary>Reads <c>max.connections.per.ip.overrides</c>.</summary>
internal static class AddressLimitList
{
    /// <param name="text">Pairs of host and count, e.g. <c>hostName:100,127.0.0.1:200</c>; an IPv6 address may stand in brackets.</param>
    /// <param name="limits">Connection count by host as written, without brackets; case does not matter.</param>
    /// <param name="reason">Null on success.</param>
    internal static bool TryParse(string text, out ImmutableDictionary<string, int> limits, out string? reason)
    {
        limits = ImmutableDictionary.Create<string, int>(StringComparer.OrdinalIgnoreCase);
        reason = null;
        foreach (string pair in ConfigParser.SplitList(text))
        {
            int colonIndex = pair.LastIndexOf(':');
            string host = colonIndex < 0 ? "" : pair[..colonIndex].Trim().TrimStart('[').TrimEnd(']');
            if (host.Length == 0 || !int.TryParse(pair.AsSpan(colonIndex + 1), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int count))
            {
                reason = $"'{pair}' is not of the form host:count";
                return false;
            }
            limits = limits.SetItem(host, count);
        }
        return true;
    }
}
