using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Metadata.Acls;

namespace Sluice.Broker.Security;

/// <summary>A client's address in the texts that an ACL may have for it.</summary>
/// <remarks>Kafka compares texts, and writes IPv6 addresses with all their groups; people write them shortened. Both count here.</remarks>
internal readonly record struct ClientHost
{
    private ClientHost(string text, string kafkaText)
    {
        Text = text;
        KafkaText = kafkaText;
    }

    /// <summary>The usual text, such as <c>10.0.0.1</c> or <c>fe80::1</c>.</summary>
    public string Text { get; }

    /// <summary>The text that Kafka has for it, such as <c>fe80:0:0:0:0:0:0:1</c>; the same for IPv4.</summary>
    public string KafkaText { get; }

    /// <summary>The texts of an address; an IPv4 address that is written as IPv6 is an IPv4 address.</summary>
    public static ClientHost From(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
        string text = plain.ToString();
        return new ClientHost(text, plain.AddressFamily == AddressFamily.InterNetworkV6 ? WriteGroups(plain) : text);
    }

    /// <summary>Whether an ACL for <paramref name="host"/> is about this client.</summary>
    public bool Is(string host) => host == AccessControlEntry.Wildcard || host == Text || host == KafkaText;

    private static string WriteGroups(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        StringBuilder text = new();
        for (int i = 0; i < bytes.Length; i += 2)
        {
            if (i > 0) text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{bytes[i] << 8 | bytes[i + 1]:x}");
        }
        return text.ToString();
    }
}
