using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Support;

/// <summary>A batch of which the head was received and some or all of the rest has arrived.</summary>
internal sealed class ArrivedBatch(byte[] batch) : IBatchSource
{
    private const int HeadBytes = RecordBatchFormat.HeaderBytes + 3;

    /// <summary>Bytes behind the head that have arrived; all of them by default.</summary>
    public int ArrivedBytes { get; init; } = batch.Length - HeadBytes;

    /// <summary>What the source says when all of it is there.</summary>
    public bool IsWilling { get; init; } = true;

    /// <summary>Happens when the bytes lie in the log and nobody has looked at them yet.</summary>
    public Action? Received { get; init; }

    /// <summary>What came back; null if nothing was received.</summary>
    public byte[]? TakenBack { get; private set; }

    public bool TryAppendTo(PartitionLog log, out AppendResult result, int leaderEpoch = 0) =>
        log.TryAppendArrived(batch.AsSpan(0, HeadBytes), batch.Length, this, new AppendOptions(leaderEpoch), out result);

    public bool TryReceive(Span<byte> destination, out int receivedBytes)
    {
        destination.Length.ShouldBe(batch.Length - HeadBytes);
        destination.ContainsAnyExcept((byte)0).ShouldBeFalse("the place was not empty");
        receivedBytes = ArrivedBytes;
        batch.AsSpan(HeadBytes, ArrivedBytes).CopyTo(destination);
        Received?.Invoke();
        return receivedBytes == destination.Length && IsWilling;
    }

    public void TakeBack(ReadOnlySpan<byte> received)
    {
        received.ToArray().ShouldBe(batch[HeadBytes..(HeadBytes + ArrivedBytes)]);
        TakenBack = received.ToArray();
    }
}
