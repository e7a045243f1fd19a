using System.Runtime.CompilerServices;
using Sluice.Broker.Network;
using Sluice.Broker.Requests;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Testing;

/// <summary>Writes requests into the journal, holds them while the broker is paused, and has faults act on them.</summary>
/// <remarks>Any thread; one for all starts of a <see cref="SluiceBroker"/>.</remarks>
internal sealed class BrokerInterceptor(TimeProvider time, RequestJournal journal, FaultList faults) : IRequestInterceptor
{
    /// <summary>Client id of the test kit's own requests, which are neither written down nor touched.</summary>
    public const string OwnClientId = "sluice-testing";

    private readonly ConditionalWeakTable<Connection, ConnectionNotes> _notes = [];
    private TaskCompletionSource? _paused;

    /// <summary>Finds a topic's name by its id; set once the broker runs.</summary>
    public Func<Uuid, string?> NameOf { get; set; } = static _ => null;

    // Two pauses at once must not make two gates: whoever waits at the first would never be let on.
    public void Pause() =>
        Interlocked.CompareExchange(ref _paused, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), comparand: null);

    public void Resume() => Interlocked.Exchange(ref _paused, null)?.TrySetResult();

    /// <summary>What is remembered about a connection; null before its first request.</summary>
    public ConnectionNotes? NotesOf(Connection connection) => _notes.TryGetValue(connection, out ConnectionNotes? notes) ? notes : null;

    // What a test limits is its program, and not the test's own look at the broker.
    public bool IsUnderQuotas(RequestContext context) => context.ClientId != OwnClientId;

    public async ValueTask InterceptAsync(InterceptedRequest request, CancellationToken cancellationToken)
    {
        RequestContext context = request.Context;
        ConnectionNotes notes = _notes.GetOrCreateValue(context.Connection);
        notes.Note(context);
        if (context.ClientId == OwnClientId)
        {
            await request.RunAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (notes.MutedFor(time) is { Ticks: > 0 } muted) await Task.Delay(muted, time, cancellationToken).ConfigureAwait(false);
        SeenRequest seen = journal.Add(number => new SeenRequest(
            number, time.GetUtcNow(), context.ApiKey, context.ApiVersion, context.ClientId, context.Connection.Id, RequestTopics.Of(context.Request, NameOf))
        {
            WaitsForRecords = context.Request is FetchRequest { MinBytes: <= 1 } or ShareFetchRequest { MinBytes: <= 1 },
        });
        try
        {
            await WaitWhilePausedAsync(cancellationToken).ConfigureAwait(false);
            seen.Fault = faults.FindActing(seen, hasRecords: false, out ulong luck);
            await ActAsync(seen.Fault, luck, notes, request, cancellationToken).ConfigureAwait(false);
            if (seen.Fault is null && context.Response is FetchResponse answer && Corruption.HasRecords(answer))
            {
                seen.Fault = faults.FindActing(seen, hasRecords: true, out luck);
                if (seen.Fault is not null) Corruption.ChangeRecords(answer, luck);
            }
            await WaitWhilePausedAsync(cancellationToken).ConfigureAwait(false);
            if (!context.SuppressResponse) seen.Error = ResponseErrors.FirstOf(context.Response);
        }
        finally
        {
            seen.End();
        }
    }

    private async ValueTask ActAsync(Fault? fault, ulong luck, ConnectionNotes notes, InterceptedRequest request, CancellationToken cancellationToken)
    {
        switch (fault?.Action)
        {
            case FaultAction.DropBeforeEffect:
                request.Close();
                return;
            case FaultAction.Respond:
                Refuse(request, fault.Error);
                return;
            case FaultAction.Delay:
                await Task.Delay(fault.Duration, time, cancellationToken).ConfigureAwait(false);
                break;
        }

        await request.RunAsync(cancellationToken).ConfigureAwait(false);
        switch (fault?.Action)
        {
            case FaultAction.DropAfterEffect:
                request.Close();
                break;
            case FaultAction.RespondAfterEffect:
                Refuse(request, fault.Error);
                break;
            case FaultAction.Throttle:
                if (request.Context.Response is IThrottledResponse throttled) throttled.ThrottleTimeMs = (int)Math.Ceiling(fault.Duration.TotalMilliseconds);
                notes.Mute(time, fault.Duration);
                break;
            case FaultAction.CorruptResponse:
                request.Context.ChangeEncoded = bytes => Corruption.Fill(bytes.Span, luck);
                break;
        }
    }

    // A fetch refused as a whole means something else to clients than its partitions refused, which is what errors of logs and leaders are.
    private static void Refuse(InterceptedRequest request, ErrorCode error)
    {
        request.Refuse(error);
        if (request.Context is not { Request: FetchRequest asked, Response: FetchResponse answer }) return;
        answer.Reset();
        foreach (FetchRequest.FetchTopic topic in asked.Topics)
        {
            FetchResponse.FetchableTopicResponse answered = answer.Responses.Add();
            answered.Topic = topic.Topic;
            answered.TopicId = topic.TopicId;
            foreach (FetchRequest.FetchPartition partition in topic.Partitions)
            {
                FetchResponse.PartitionData entry = answered.Partitions.Add();
                entry.PartitionIndex = partition.Partition;
                entry.ErrorCode = error;
                entry.HighWatermark = -1;
                entry.Records = new Records(ReadOnlyMemory<byte>.Empty);
            }
        }
    }

    private async ValueTask WaitWhilePausedAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _paused) is { } paused) await paused.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
