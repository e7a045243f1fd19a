namespace Sluice.Client.Security;

/// <summary>The client's side of one SASL exchange, without any I/O: what to send, and what to make of the answers.</summary>
internal interface ISaslClient
{
    /// <summary>Whether nothing is left to send or to check. Where the broker ends the exchange earlier, it has not proved what it should.</summary>
    bool IsComplete { get; }

    /// <summary>The first message.</summary>
    byte[] Begin();

    /// <summary>Takes what the broker answered.</summary>
    /// <param name="challenge">May be empty.</param>
    /// <returns>What to send next; null = nothing.</returns>
    /// <exception cref="SaslClientException">The broker does not know what it should, or breaks the rules.</exception>
    byte[]? Next(ReadOnlySpan<byte> challenge);
}
