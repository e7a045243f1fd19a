using System.Net.Sockets;
using Sluice.Broker.Requests;
using Sluice.Log;
using Sluice.Protocol;
using Sluice.Protocol.Records;
using Sluice.Transfer;

namespace Sluice.Broker.Network;

/// <summary>A Produce request with one large batch, of which the beginning was received and the rest is in the socket, or on its way there.</summary>
/// <remarks>
/// One for each connection, for one request after another: <see cref="TryBegin"/>, <see cref="IsThereAsync"/>, <see cref="TryTakeIn"/>.
/// Nothing in it waits while a log calls it. The request's frame has room for all of it, so that what cannot stay in the log goes to where the
/// ordinary way would have received it.
/// </remarks>
internal sealed class ArrivingBatch(Socket socket, StringCache strings, TimeProvider time) : IBatchSource, IDisposable
{
    /// <summary>Bytes that must be still to come; for fewer, two receives cost more than a copy. Measured by <c>sluice-load compare-append</c>.</summary>
    public const int RestBytesMin = 12 * 1024;

    /// <summary>Most that is waited for; the kernel lets a socket have more, but not every one of many.</summary>
    public const int RestBytesMax = 2 * 1024 * 1024;

    // Behind the batch a flexible request has three counts of tagged fields: the partition's, the topic's, its own. All 0 where nobody has added any.
    private const int FlexibleTailBytes = 3;
    private const short FirstVersion = 3;
    private const short LastVersion = 13;
    private const short FirstFlexibleVersion = 9;
    private const short FirstVersionWithTopicIds = 13;

    // A client that is slower than this is received from as it sends.
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(100);

    private readonly ArrivedBytes _arrived = new(socket, time);
    private int _begunBytes;
    private int _recordsIndex;
    private int _tailBytes;
    private bool _isGivenUp;

    /// <summary>The request without its size, as long as all of it; only the beginning holds what was sent, and the tail holds the zeros expected there.</summary>
    public Memory<byte> Frame { get; private set; }

    /// <summary>Bytes of the batch by the request.</summary>
    public int SizeBytes { get; private set; }

    /// <summary>Those that were received, at least the batch's header.</summary>
    public ReadOnlySpan<byte> Head => Frame.Span[_recordsIndex.._begunBytes];

    /// <summary>Whether all of the request was received, and its batch is in the log.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Bytes of the frame behind its beginning that were received into it, because they could not stay in the log.</summary>
    public int TakenBackBytes { get; private set; }

    /// <summary>Looks whether an unfinished frame is such a request. After one that was given up, none is until <see cref="EndFrame"/>.</summary>
    /// <param name="frame">As long as all of it; empty for none.</param>
    /// <param name="begunBytes">Bytes of it that were received.</param>
    public bool TryBegin(Memory<byte> frame, int begunBytes)
    {
        if (_isGivenUp) return false;
        int restBytes = frame.Length - begunBytes;
        // More than the first buffer was received: then the request is on its way through memory already.
        if (begunBytes > FrameAssembler.FirstBufferBytes || restBytes is < RestBytesMin or > RestBytesMax || !TryFindRecords(frame[..begunBytes], frame.Length)) return false;
        Frame = frame;
        _begunBytes = begunBytes;
        IsTaken = false;
        TakenBackBytes = 0;
        // What stands there is not what was sent, but it is checked against that before anything counts.
        frame.Span[^_tailBytes..].Clear();
        return true;
    }

    /// <summary>Waits until the rest of the request is in the socket.</summary>
    /// <returns>False for a client that takes its time.</returns>
    public async ValueTask<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        int restBytes = Frame.Length - _begunBytes;
        if (socket.Available < restBytes) await _arrived.WaitAsync(restBytes, WaitMax, cancellationToken).ConfigureAwait(false);
        _isGivenUp = socket.Available < restBytes;
        return !_isGivenUp;
    }

    /// <summary>Has the handler take the batch in.</summary>
    /// <returns>As <see cref="IsTaken"/>.</returns>
    public bool TryTakeIn(RequestContext context, ApiHandler? handler)
    {
        IsTaken = handler is not null && handler.TryTakeIn(context, this);
        _isGivenUp = !IsTaken;
        return IsTaken;
    }

    /// <summary>A frame was received as a whole, the one that was given up among them: the next may be such a request again.</summary>
    public void EndFrame() => _isGivenUp = false;

    bool IBatchSource.TryReceive(Span<byte> destination, out int receivedBytes)
    {
        receivedBytes = _arrived.Take(destination);
        if (receivedBytes < destination.Length) return false;
        Span<byte> tail = Frame.Span[^_tailBytes..];
        int receivedTailBytes = _arrived.Take(tail);
        TakenBackBytes = receivedTailBytes;
        return receivedTailBytes == _tailBytes && !tail.ContainsAnyExcept((byte)0);
    }

    void IBatchSource.TakeBack(ReadOnlySpan<byte> received)
    {
        received.CopyTo(Frame.Span[_begunBytes..]);
        TakenBackBytes += received.Length;
    }

    public void Dispose() => _arrived.Dispose();

    // The request's fields up to the records, as schemas/requests/ProduceRequest.kmsg has them. Only the plainest request is meant: not
    // transactional, one topic, one partition, and its records up to the tail.
    private bool TryFindRecords(ReadOnlyMemory<byte> begun, int frameBytes)
    {
        try
        {
            MessageReader reader = new(begun, strings);
            if (reader.ReadInt16() != (short)ApiKey.Produce || reader.ReadInt16() is not (>= FirstVersion and <= LastVersion and var version)) return false;
            bool flexible = version >= FirstFlexibleVersion;
            reader.ReadInt32(); // Correlation id.
            reader.ReadNullableString(flexible: false); // Client id.
            if (flexible) reader.SkipTags();
            if (reader.ReadNullableString(flexible) is not null) return false;
            reader.ReadInt16(); // Acks.
            reader.ReadInt32(); // Timeout.
            if (reader.ReadArrayCount(flexible, elementBytesMin: 1) != 1) return false;
            if (version >= FirstVersionWithTopicIds) reader.ReadUuid();
            else reader.ReadString(flexible);
            if (reader.ReadArrayCount(flexible, elementBytesMin: 1) != 1) return false;
            reader.ReadInt32(); // Partition.
            long recordsBytes = flexible ? reader.ReadUnsignedVarint() - 1L : reader.ReadInt32();
            _recordsIndex = reader.Position;
            _tailBytes = flexible ? FlexibleTailBytes : 0;
            SizeBytes = frameBytes - _tailBytes - _recordsIndex;
            return recordsBytes == SizeBytes && begun.Length - _recordsIndex >= RecordBatchFormat.HeaderBytes;
        }
        catch (WireFormatException)
        {
            // Too little of it is there, or it is malformed, which is told once all of it is there.
            return false;
        }
    }
}
