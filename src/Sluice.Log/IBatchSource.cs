namespace Sluice.Log;

/// <summary>The rest of a batch that is still where it arrived: <see cref="PartitionLog.TryAppendArrived"/> has it received to where it is to stay.</summary>
/// <remarks>Called under the partition's lock, so nothing here may wait.</remarks>
public interface IBatchSource
{
    /// <summary>Receives the rest of the batch.</summary>
    /// <param name="destination">As many bytes as are missing.</param>
    /// <param name="receivedBytes">How many were received, from the beginning on, whatever the result.</param>
    /// <returns>Whether all are there, and nothing else speaks against the batch.</returns>
    bool TryReceive(Span<byte> destination, out int receivedBytes);

    /// <summary>Takes back what was received, since it could not stay there.</summary>
    /// <param name="received">What the last <see cref="TryReceive"/> received; copy it.</param>
    void TakeBack(ReadOnlySpan<byte> received);
}
