using System.Buffers;

namespace Sluice.Broker.Network;

/// <summary>
/// The memory in which all connections together assemble requests that outgrow their small first buffer.
/// </summary>
/// <remarks>
/// The ceiling is what keeps a crowd of clients that announce large requests and send them slowly from taking the
/// process down. Any thread; the counter is the only shared state.
/// </remarks>
internal sealed class ReceiveMemory(long bytesMax)
{
    private long _rentedBytes;
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ceiling in bytes over all connections.</summary>
    public long BytesMax { get; } = bytesMax;

    /// <summary>Bytes rented now.</summary>
    public long RentedBytes => Volatile.Read(ref _rentedBytes);

    /// <summary>Rents an array of at least <paramref name="bytesMin"/> bytes, or nothing when the ceiling would be passed.</summary>
    /// <returns>The caller's until <see cref="Return"/>; <see langword="null"/> at the ceiling.</returns>
    public byte[]? TryRent(int bytesMin)
    {
        // Counted before it is rented, with what the pool will really give: the next power of two.
        long bytes = (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytesMin);
        if (Interlocked.Add(ref _rentedBytes, bytes) > BytesMax)
        {
            Interlocked.Add(ref _rentedBytes, -bytes);
            return null;
        }
        byte[] array = ArrayPool<byte>.Shared.Rent(bytesMin);
        if (array.Length != bytes) Interlocked.Add(ref _rentedBytes, array.Length - bytes);
        return array;
    }

    /// <summary>Gives an array of <see cref="TryRent"/> back and wakes those that wait for memory.</summary>
    public void Return(byte[] array)
    {
        Interlocked.Add(ref _rentedBytes, -array.Length);
        ArrayPool<byte>.Shared.Return(array);
        TaskCompletionSource released = Volatile.Read(ref _released);
        if (released.Task.IsCompleted) return;
        Interlocked.CompareExchange(ref _released, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), released);
        released.TrySetResult();
    }

    /// <summary>A task that ends when somebody returned memory after this call.</summary>
    public Task NextRelease()
    {
        TaskCompletionSource released = Volatile.Read(ref _released);
        if (!released.Task.IsCompleted) return released.Task;
        // A release between reading and completing: hand out the one after it.
        return Volatile.Read(ref _released).Task;
    }
}
