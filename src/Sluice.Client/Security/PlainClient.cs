using System.Text;

namespace Sluice.Client.Security;

/// <summary>PLAIN (RFC 4616): one message, one empty answer.</summary>
internal sealed class PlainClient(string userName, string password) : ISaslClient
{
    public bool IsComplete { get; private set; }

    public byte[] Begin()
    {
        IsComplete = true;
        return Encoding.UTF8.GetBytes($"\0{userName}\0{password}");
    }

    public byte[]? Next(ReadOnlySpan<byte> challenge) => null;
}
