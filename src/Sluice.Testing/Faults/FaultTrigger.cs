using Sluice.Protocol;

namespace Sluice.Testing;

/// <summary>Which requests a fault meets; one of the methods at the end says what it does to them.</summary>
/// <remarks>Immutable: each method returns something new.</remarks>
public sealed record FaultTrigger
{
    internal FaultTrigger(ApiKey api) => Api = api;

    internal ApiKey Api { get; }

    internal string? TopicName { get; private init; }

    internal bool TopicMayBeMissing { get; private init; }

    internal string? ClientName { get; private init; }

    /// <summary>Only requests that name this topic, perhaps beside others.</summary>
    /// <param name="name">Checked when the fault is added, so that a misspelt one does not make a test pass.</param>
    /// <param name="mayBeMissing">True if the topic is only made later, as by the program under test.</param>
    public FaultTrigger Topic(string name, bool mayBeMissing = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return this with { TopicName = name, TopicMayBeMissing = mayBeMissing };
    }

    /// <summary>Only requests of clients with this <c>client.id</c>.</summary>
    /// <param name="clientId">Compared as a whole.</param>
    public FaultTrigger Client(string clientId)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        return this with { ClientName = clientId };
    }

    /// <summary>Answers with an error, and does nothing of what was asked.</summary>
    /// <param name="error">
    /// Not <see cref="ErrorCode.None"/>. What a client does is decided by the code: after a retriable one
    /// (<see cref="ErrorCodes.IsRetriable"/>) it asks again until its own timeout, unseen by the application; after any other the call fails.
    /// </param>
    /// <remarks>
    /// Everything in the request gets the error, also what concerns topics that the fault does not name. A produce request that wants no
    /// answer (<c>acks=0</c>) has its connection closed, as brokers do it.
    /// </remarks>
    public Fault Respond(ErrorCode error) => new(this, FaultAction.Respond, Checked(error));

    /// <summary>Does what was asked, and answers with an error all the same.</summary>
    /// <param name="error">Not <see cref="ErrorCode.None"/>; as for <see cref="Respond"/>.</param>
    /// <remarks>
    /// A client that asks again has its effect twice, unless its producer is idempotent: the broker then finds the sequence numbers again and
    /// answers with the first offsets.
    /// </remarks>
    public Fault RespondAfterEffect(ErrorCode error) => new(this, FaultAction.RespondAfterEffect, Checked(error));

    /// <summary>Lets the request wait before it is served.</summary>
    /// <param name="duration">Above zero, by the broker's clock: where a test moves that, the request waits until it does.</param>
    /// <remarks>
    /// The connection's later requests wait behind it. A client that waits longer than its <c>socket.timeout.ms</c> (librdkafka) or
    /// <c>request.timeout.ms</c> (Java) gives the request up, closes the connection and asks again on another; its effect happens all the same.
    /// </remarks>
    public Fault Delay(TimeSpan duration) => new(this, FaultAction.Delay, duration: Checked(duration));

    /// <summary>Serves the request, tells the client to slow down, and reads nothing more from its connection for that long, as brokers do to who exceeds a quota.</summary>
    /// <param name="duration">Above zero, by the broker's clock.</param>
    /// <remarks>
    /// librdkafka does not hold itself back: it sends on, and has its requests answered late; the time shows in its statistics (<c>brokers.*.throttle</c>). Java
    /// clients wait before they send.
    /// </remarks>
    public Fault Throttle(TimeSpan duration) => new(this, FaultAction.Throttle, duration: Checked(duration));

    /// <summary>Serves the request, and answers with bytes that mean nothing, chosen by the broker's seed.</summary>
    /// <remarks>
    /// To the client it is a broken broker or network: librdkafka fails the request as one that it cannot read, and closes the connection where it cannot find the
    /// next answer. Records of a fetch stay as they are: <see cref="CorruptRecords"/> changes those.
    /// </remarks>
    public Fault CorruptResponse() => new(this, FaultAction.CorruptResponse);

    /// <summary>Serves a fetch, and changes one bit in the records of each partition that has some, chosen by the broker's seed. What is on the disk stays as it is.</summary>
    /// <remarks>
    /// Fetches without records are let pass, and not counted. The checksum of the batch shows it, if the client looks: librdkafka does with
    /// <c>check.crcs=true</c> only, and delivers the wrong bytes, or what it makes of them, without.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The fault is for another API than Fetch.</exception>
    public Fault CorruptRecords() => Api == ApiKey.Fetch
        ? new(this, FaultAction.CorruptRecords)
        : throw new InvalidOperationException($"Records come with answers to Fetch, and the fault is on {Api}: use Fault.On(ApiKey.Fetch).");

    /// <summary>Closes the connection, and does nothing of what was asked.</summary>
    /// <remarks>To the client it is a broker that went away: it connects again after <c>reconnect.backoff.ms</c> and repeats what was in flight.</remarks>
    public Fault DropBeforeEffect() => new(this, FaultAction.DropBeforeEffect);

    /// <summary>Does what was asked, and closes the connection in place of answering.</summary>
    /// <remarks>
    /// The client cannot tell it from <see cref="DropBeforeEffect"/> and repeats the request: the case in which a producer without idempotence
    /// writes a record twice, and a commit is made twice without harm.
    /// </remarks>
    public Fault DropAfterEffect() => new(this, FaultAction.DropAfterEffect);

    /// <summary>Says in one line which requests are met.</summary>
    public override string ToString()
    {
        string topic = TopicName is null ? "" : $" to topic '{TopicName}'";
        string client = ClientName is null ? "" : $" from client '{ClientName}'";
        return $"{Api}{topic}{client}";
    }

    private static ErrorCode Checked(ErrorCode error) =>
        error != ErrorCode.None ? error : throw new ArgumentException("None is no error; a fault that answers needs one.", nameof(error));

    private static TimeSpan Checked(TimeSpan duration)
    {
        // As long as the protocol can tell a client, in milliseconds.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromMilliseconds(int.MaxValue));
        return duration;
    }
}
