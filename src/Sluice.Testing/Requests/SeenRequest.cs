using Sluice.Protocol;

namespace Sluice.Testing;

/// <summary>A request that the broker was sent, and what became of it.</summary>
/// <param name="Number">Counted from 1 in the order in which requests were read.</param>
/// <param name="At">When it was read, by the broker's clock.</param>
/// <param name="Api">What was asked.</param>
/// <param name="Version">In which version.</param>
/// <param name="ClientId">The client's <c>client.id</c>; empty if it gave none.</param>
/// <param name="ConnectionId">Number of its connection in this process.</param>
/// <param name="Topics">Topics that the request names, each once; empty for APIs without topics, and where it asks for all.</param>
public sealed record SeenRequest(
    long Number, DateTimeOffset At, ApiKey Api, short Version, string ClientId, long ConnectionId, IReadOnlyList<string> Topics)
{
    private readonly long _realStartedAt = TimeProvider.System.GetTimestamp();
    private long _realEndedAt;

    /// <summary>The first error in the answer; <see cref="ErrorCode.None"/> if there is none, null while it is being served, if nothing was answered, and for APIs whose answers the test kit does not read.</summary>
    public ErrorCode? Error { get; internal set; }

    /// <summary>Whether the broker is done with it: answered it, or closed the connection.</summary>
    public bool IsDone => Volatile.Read(ref _realEndedAt) != 0;

    /// <summary>How long it has been served for, or was, in real time.</summary>
    internal TimeSpan RealDuration => TimeProvider.System.GetElapsedTime(_realStartedAt, IsDone ? _realEndedAt : TimeProvider.System.GetTimestamp());

    /// <summary>Whether it is a fetch that the first record ends, as by default: to wait is what it is for.</summary>
    internal bool WaitsForRecords { get; init; }

    /// <summary>The fault that acted on it; null if none did.</summary>
    public Fault? Fault { get; internal set; }

    /// <summary>Notes that the broker is done with it.</summary>
    internal void End() => Volatile.Write(ref _realEndedAt, TimeProvider.System.GetTimestamp());

    /// <summary>Says it in one line.</summary>
    public override string ToString()
    {
        string topics = Topics.Count == 0 ? "" : $" {string.Join(',', Topics)}";
        string outcome = Error is { } error ? ErrorCodes.Name(error) : IsDone ? "no answer looked at" : "being served";
        string fault = Fault is null ? "" : $" (fault: {Fault})";
        return $"#{Number} {Api} v{Version} '{ClientId}'{topics}: {outcome}{fault}";
    }
}
