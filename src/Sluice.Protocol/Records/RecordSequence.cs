namespace Sluice.Protocol.Records;

/// <summary>Arithmetic on producer sequences: non-negative int32 that wrap from 2147483647 to 0.</summary>
public static class RecordSequence
{
    /// <summary>The sequence <paramref name="count"/> steps after <paramref name="sequence"/>.</summary>
    /// <param name="sequence">0 or more.</param>
    /// <param name="count">0 or more.</param>
    /// <returns>0 to <see cref="int.MaxValue"/>.</returns>
    public static int Increment(int sequence, int count) =>
        sequence > int.MaxValue - count ? count - (int.MaxValue - sequence) - 1 : sequence + count;

    /// <summary>The sequence <paramref name="count"/> steps before <paramref name="sequence"/>.</summary>
    /// <param name="sequence">0 or more.</param>
    /// <param name="count">0 or more.</param>
    /// <returns>0 to <see cref="int.MaxValue"/>.</returns>
    public static int Decrement(int sequence, int count) =>
        sequence < count ? int.MaxValue - (count - sequence) + 1 : sequence - count;
}
