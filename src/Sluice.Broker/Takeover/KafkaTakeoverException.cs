namespace Sluice.Broker.Takeover;

/// <summary>A directory cannot be taken over, or not even looked at. The message is one line that says what to do; nothing was changed.</summary>
public sealed class KafkaTakeoverException : Exception
{
    internal KafkaTakeoverException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
