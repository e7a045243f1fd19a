using System.Buffers;

namespace Sluice.Transfer.Residency;

/// <summary>A range that somebody wants in memory, to look at it afterwards without waiting.</summary>
/// <remarks>
/// For one use. Whether the read succeeded is not told: who asked reads again, and meets the end of the file or an error of the disk
/// itself. What it reads goes nowhere.
/// </remarks>
internal sealed class ColdRange(ColdRange.Waiter waiter) : ColdChunk(waiter)
{
    private const int BufferBytesMax = 64 << 10;

    /// <summary>Prepares the range; a reference on its file is taken, not taken over.</summary>
    public void Set(FileRegion region) => Set(region.File, region.PositionBytes, region.LengthBytes);

    protected override nint Perform(FileRegion region)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(region.LengthBytes, BufferBytesMax));
        int doneBytes = 0;
        while (doneBytes < region.LengthBytes && !IsAbandoned)
        {
            int stepBytes = Math.Min(buffer.Length, region.LengthBytes - doneBytes);
            int read = RandomAccess.Read(region.File.Handle, buffer.AsSpan(0, stepBytes), region.PositionBytes + doneBytes);
            if (read == 0)
            {
                break;
            }

            doneBytes += read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return doneBytes;
    }

    /// <summary>Who waits for a range.</summary>
    internal sealed class Waiter : IColdChunkOwner
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Complete once the range was read, or will not be.</summary>
        public Task Done => _done.Task;

        /// <summary>Ends the wait without the range.</summary>
        public void GiveUp() => _done.TrySetResult();

        /// <inheritdoc/>
        public void OnColdChunkDone() => _done.TrySetResult();
    }
}
