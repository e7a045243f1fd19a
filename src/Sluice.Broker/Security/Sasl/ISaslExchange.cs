namespace Sluice.Broker.Security.Sasl;

/// <summary>The broker's side of one exchange by one mechanism: messages in, messages out, no connection.</summary>
/// <remarks>For one thread. Not to be asked any more once it completed or refused.</remarks>
internal interface ISaslExchange
{
    /// <summary>Takes the client's next message.</summary>
    /// <param name="message">Any bytes; read before the method returns.</param>
    ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte> message);
}
