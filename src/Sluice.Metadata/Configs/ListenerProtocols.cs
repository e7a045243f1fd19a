using System.Collections.Immutable;

namespace Sluice.Metadata.Configs;

/// <summary>Reads <c>listener.security.protocol.map</c>.</summary>
internal static class ListenerProtocols
{
    private static readonly string s_known = string.Join(", ", Enum.GetValues<SecurityProtocol>().Select(static protocol => protocol.KafkaName));

    /// <param name="text">Pairs of listener name and protocol, e.g. <c>INTERNAL:PLAINTEXT,CLIENTS:SSL</c>.</param>
    /// <param name="protocols">Protocol by listener name in upper case.</param>
    /// <param name="reason">Null on success.</param>
    internal static bool TryParse(string text, out ImmutableDictionary<string, SecurityProtocol> protocols, out string? reason)
    {
        protocols = ImmutableDictionary<string, SecurityProtocol>.Empty;
        reason = null;
        foreach (string pair in ConfigParser.SplitList(text))
        {
            int colonIndex = pair.LastIndexOf(':');
            string name = colonIndex < 0 ? "" : pair[..colonIndex].Trim().ToUpperInvariant();
            string protocolName = pair[(colonIndex + 1)..].Trim().ToUpperInvariant();
            if (name.Length == 0) reason = $"'{pair}' is not of the form listener:protocol";
            else if (!SecurityProtocolExtensions.TryParse(protocolName, out SecurityProtocol protocol)) reason = $"No security protocol is named {protocolName}; known are {s_known}";
            else if (protocols.ContainsKey(name)) reason = $"The listener {name} is mapped twice";
            else protocols = protocols.Add(name, protocol);
            if (reason is not null) return false;
        }
        return true;
    }
}
