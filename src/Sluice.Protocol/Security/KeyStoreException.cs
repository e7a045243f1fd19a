namespace Sluice.Protocol.Security;

/// <summary>A store of keys or certificates cannot be used; the message is one line for a person, with the setting and what to do.</summary>
public sealed class KeyStoreException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public KeyStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
