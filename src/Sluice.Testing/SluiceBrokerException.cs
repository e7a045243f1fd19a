namespace Sluice.Testing;

/// <summary>A test asked its broker for something that cannot be; the message says what, and what to do about it.</summary>
public sealed class SluiceBrokerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do, for the author of the test.</param>
    /// <param name="innerException">What went wrong below, or null.</param>
    public SluiceBrokerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
