using Microsoft.Win32.SafeHandles;

namespace Sluice.Vm.Tests.Disk;

/// <summary>A disk with a volatile write cache: a write is lost by a power cut unless a flush followed it.</summary>
/// <remarks>
/// Two files: what the machine sees, and what is on the platter. The writes since the last flush are kept in the order in which they came; at a
/// cut any part of them may have reached the platter, in any order as far as they do not overlap. Safe on any thread.
/// </remarks>
public sealed class DroppingDisk : IDisposable
{
    private const int SectorBytes = 512;

    // As a real cache does, this one writes back the oldest when it is full.
    private const long CacheBytesMax = 64 << 20;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _seen;
    private readonly SafeFileHandle _platter;
    private readonly Queue<(long PositionBytes, byte[] Bytes)> _unflushed = [];
    private long _unflushedBytes;
    private int _stopAtCount = int.MaxValue;
    private TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens a disk over two files of the same size and content.</summary>
    /// <param name="seenPath">What the machine sees.</param>
    /// <param name="platterPath">What a power cut leaves.</param>
    public DroppingDisk(string seenPath, string platterPath)
    {
        _seen = File.OpenHandle(seenPath, FileMode.Open, FileAccess.ReadWrite);
        _platter = File.OpenHandle(platterPath, FileMode.Open, FileAccess.ReadWrite);
        SizeBytes = RandomAccess.GetLength(_seen);
        if (RandomAccess.GetLength(_platter) != SizeBytes) throw new ArgumentException("The files differ in size.", nameof(platterPath));
    }

    public long SizeBytes { get; }

    /// <summary>Whether the power is gone: nothing that comes now is carried out, or answered.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock) return _stopped.Task.IsCompleted;
        }
    }

    /// <summary>Stops with the write that makes so many that were not flushed: a moment at which there is something to lose.</summary>
    /// <returns>Completes when it has stopped.</returns>
    public Task StopAtUnflushed(int writesCount)
    {
        lock (_lock)
        {
            _stopAtCount = writesCount;
            return _stopped.Task;
        }
    }

    /// <summary>Stops now.</summary>
    public void Stop()
    {
        lock (_lock) _stopped.TrySetResult();
    }

    public void Read(long positionBytes, Span<byte> bytes)
    {
        lock (_lock)
        {
            for (int doneBytes = 0; doneBytes < bytes.Length;)
            {
                int readBytes = RandomAccess.Read(_seen, bytes[doneBytes..], positionBytes + doneBytes);
                if (readBytes == 0) throw new EndOfStreamException();
                doneBytes += readBytes;
            }
        }
    }

    /// <summary>Writes; <paramref name="forced"/> bytes are on the platter at once, whatever became of those written before.</summary>
    public void Write(long positionBytes, ReadOnlySpan<byte> bytes, bool forced)
    {
        lock (_lock)
        {
            if (_stopped.Task.IsCompleted) return;
            RandomAccess.Write(_seen, bytes, positionBytes);
            if (forced)
            {
                RandomAccess.Write(_platter, bytes, positionBytes);
                CoverUnflushed(positionBytes, bytes);
                return;
            }

            _unflushed.Enqueue((positionBytes, bytes.ToArray()));
            _unflushedBytes += bytes.Length;
            while (_unflushedBytes > CacheBytesMax) WriteBackOldest();
            if (_unflushed.Count >= _stopAtCount) _stopped.TrySetResult();
        }
    }

    /// <summary>Everything written so far is on the platter when this returns.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (!_stopped.Task.IsCompleted) WriteBackAll();
        }
    }

    /// <summary>The power goes. What was not flushed is lost as <paramref name="loss"/> says; the machine then sees what is on the platter.</summary>
    /// <returns>What was lost, for the report.</returns>
    public string Cut(PowerLoss loss, Random random)
    {
        lock (_lock)
        {
            (long PositionBytes, byte[] Bytes)[] unflushed = [.. _unflushed];
            _unflushed.Clear();
            _stopAtCount = int.MaxValue;
            _stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _unflushedBytes = 0;
            int lostSectors = 0;
            int sectors = 0;
            foreach ((long positionBytes, byte[] bytes) in unflushed)
            {
                bool losesWrite = loss == PowerLoss.All || random.Next(2) == 0;
                for (int atBytes = 0; atBytes < bytes.Length; atBytes += SectorBytes)
                {
                    sectors++;
                    bool losesSector = loss == PowerLoss.Sectors ? random.Next(2) == 0 : losesWrite;
                    if (losesSector) lostSectors++;
                    else RandomAccess.Write(_platter, bytes.AsSpan(atBytes, Math.Min(SectorBytes, bytes.Length - atBytes)), positionBytes + atBytes);
                }
            }

            foreach ((long positionBytes, byte[] bytes) in unflushed)
            {
                byte[] left = new byte[bytes.Length];
                if (RandomAccess.Read(_platter, left, positionBytes) != left.Length) throw new EndOfStreamException();
                RandomAccess.Write(_seen, left, positionBytes);
            }

            return $"{unflushed.Length} unflushed writes, {lostSectors} of their {sectors} sectors lost ({loss})";
        }
    }

    public void Dispose()
    {
        _seen.Dispose();
        _platter.Dispose();
    }

    // An earlier write to the same place must not come out of the cache over a forced one.
    private void CoverUnflushed(long positionBytes, ReadOnlySpan<byte> bytes)
    {
        foreach ((long earlierPositionBytes, byte[] earlier) in _unflushed)
        {
            long from = Math.Max(positionBytes, earlierPositionBytes);
            long upTo = Math.Min(positionBytes + bytes.Length, earlierPositionBytes + earlier.Length);
            if (from < upTo) bytes[(int)(from - positionBytes)..(int)(upTo - positionBytes)].CopyTo(earlier.AsSpan((int)(from - earlierPositionBytes)));
        }
    }

    private void WriteBackAll()
    {
        while (_unflushed.Count > 0) WriteBackOldest();
    }

    private void WriteBackOldest()
    {
        (long positionBytes, byte[] bytes) = _unflushed.Dequeue();
        RandomAccess.Write(_platter, bytes, positionBytes);
        _unflushedBytes -= bytes.Length;
    }
}
