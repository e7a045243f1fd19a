namespace Sluice.Broker;

/// <summary>The broker cannot start as it is configured; the message is one line for the person who started it.</summary>
public sealed class BrokerStartException : Exception
{
    /// <inheritdoc/>
    public BrokerStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
