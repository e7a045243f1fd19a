using Sluice.Protocol;

namespace Sluice.Client;

/// <summary>A broker refused a request, could not be reached, or answered with something that is no answer.</summary>
public sealed class KafkaException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">What the broker said; <see cref="ErrorCode.NetworkException"/> if it could not be asked.</param>
    /// <param name="message">One sentence for people.</param>
    /// <param name="innerException">What went wrong below, or null.</param>
    public KafkaException(ErrorCode error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The broker's code. <see cref="ErrorCode.NetworkException"/> and <see cref="ErrorCode.RequestTimedOut"/> may be the client's own verdict.</summary>
    public ErrorCode Error { get; }

    /// <summary>Whether the same request may succeed later, perhaps at another broker.</summary>
    public bool IsRetriable => ErrorCodes.IsRetriable(Error);

    /// <summary>The broker that no connection could be opened to; null = the failure is of another kind.</summary>
    public BrokerEndpoint? UnreachableEndpoint { get; init; }

    /// <summary>An exception for an error code in a response.</summary>
    /// <param name="error">Not <see cref="ErrorCode.None"/>.</param>
    /// <param name="brokerMessage">The broker's own words, or null for the code's general meaning.</param>
    /// <param name="subject">What the request was about, such as a topic's name; null = leave it out. Not used where the broker has words of its own.</param>
    internal static KafkaException FromResponse(ErrorCode error, string? brokerMessage = null, string? subject = null)
    {
        // The broker's own words name what they are about.
        bool hasWords = !string.IsNullOrWhiteSpace(brokerMessage);
        string text = hasWords ? brokerMessage! : ErrorCodes.Meaning(error);
        string prefix = hasWords || subject is null ? "" : $"{subject}: ";
        return new KafkaException(error, $"{prefix}{text.TrimEnd('.', '\n', ' ')} ({ErrorCodes.Name(error)})");
    }
}
