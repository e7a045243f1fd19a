using System.Diagnostics.CodeAnalysis;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The first message of a SCRAM client, taken apart: <c>n,[a=AUTHZID],[m=...,]n=USER,r=NONCE[,NAME=VALUE...]</c>.</summary>
/// <param name="Header">The part for channel binding, both commas included; the last message must repeat it.</param>
/// <param name="Bare">All behind the header, as it goes into the proof.</param>
/// <param name="AuthorizationId">Empty if there is none.</param>
/// <param name="UserName">Not empty.</param>
/// <param name="Nonce">Not empty.</param>
/// <param name="IsToken">Whether the user name is the id of a delegation token.</param>
internal sealed record ScramClientFirst(string Header, string Bare, string AuthorizationId, string UserName, string Nonce, bool IsToken)
{
    /// <summary>Takes a message apart.</summary>
    /// <returns>False also for channel binding, which is not offered: <c>p=</c> asks for it, <c>y</c> believes that it is offered nowhere.</returns>
    public static bool TryParse(string message, [NotNullWhen(true)] out ScramClientFirst? first)
    {
        first = null;
        if (!message.StartsWith("n,", StringComparison.Ordinal)) return false;
        int headerEnd = message.IndexOf(',', 2) + 1;
        if (headerEnd == 0) return false;
        string authorizationId = "";
        if (headerEnd > 3)
        {
            if (!ScramText.TryRead(message.AsSpan(2, headerEnd - 3), 'a', out string encoded) || !ScramText.TryDecodeName(encoded, out string? decoded)) return false;
            authorizationId = decoded;
        }
        string bare = message[headerEnd..];
        string[] parts = bare.Split(',');
        int index = parts[0].StartsWith("m=", StringComparison.Ordinal) ? 1 : 0;
        if (parts.Length < index + 2 || !ScramText.TryRead(parts[index], 'n', out string name) || !ScramText.TryDecodeName(name, out string? userName)
            || !ScramText.TryRead(parts[index + 1], 'r', out string nonce) || !ScramText.IsNonce(nonce))
        {
            return false;
        }
        bool isToken = false;
        foreach (string extension in parts.AsSpan(index + 2))
        {
            int equals = extension.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || extension.AsSpan(0, equals).ContainsAnyExcept(s_letters) || equals == extension.Length - 1) return false;
            isToken |= extension.Equals("tokenauth=true", StringComparison.OrdinalIgnoreCase);
        }
        first = new ScramClientFirst(message[..headerEnd], bare, authorizationId, userName, nonce, isToken);
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> s_letters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
