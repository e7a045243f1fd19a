using System.Buffers;
using System.Collections.Concurrent;

namespace Sluice.Log.Validation;

/// <summary>Memory for the decompressed records of one batch, kept for the next one.</summary>
/// <remarks>
/// Rented by one thread at a time, which rents no second one meanwhile; <see cref="Dispose"/> gives it back. The pool is
/// bounded, and memory that one giant batch needed is let go. Of all buffers of the process only one at a time is above
/// <see cref="LargeBytes"/>: whoever needs another waits, so that a crowd that sends small batches which decompress to
/// huge ones makes the broker hold one of them, not all.
/// </remarks>
internal sealed class RecordsBuffer : IBufferWriter<byte>, IDisposable
{
    private const int InitialBytes = 64 * 1024;
    private const int KeptBytesMax = 4 * 1024 * 1024;

    private const int LargeBytes = 8 * 1024 * 1024;

    private static readonly SemaphoreSlim LargeTurn = new(1);
    private static readonly ConcurrentBag<RecordsBuffer> Pool = [];
    private static readonly int PooledMax = Math.Max(4, Environment.ProcessorCount);

    private byte[] _bytes = new byte[InitialBytes];
    private int _writtenBytes;
    private bool _hasLargeTurn;

    private RecordsBuffer()
    {
    }

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, _writtenBytes);

    public static RecordsBuffer Rent() => Pool.TryTake(out RecordsBuffer? buffer) ? buffer : new RecordsBuffer();

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _writtenBytes);
        _writtenBytes += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(_writtenBytes);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(_writtenBytes);
    }

    public void Dispose()
    {
        _writtenBytes = 0;
        if (_bytes.Length <= KeptBytesMax && Pool.Count < PooledMax)
        {
            Pool.Add(this);
        }

        if (_hasLargeTurn)
        {
            // Before the turn is given on: two such arrays are not to be reachable at once.
            _bytes = [];
            _hasLargeTurn = false;
            LargeTurn.Release();
        }
    }

    private void EnsureRoom(int sizeHint)
    {
        int neededBytes = Math.Max(sizeHint, 1);
        if (_bytes.Length - _writtenBytes >= neededBytes)
        {
            return;
        }

        int grownBytes = (int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)_writtenBytes + neededBytes));
        if (grownBytes > LargeBytes && !_hasLargeTurn)
        {
            LargeTurn.Wait();
            _hasLargeTurn = true;
        }

        Array.Resize(ref _bytes, grownBytes);
    }
}
