using Sluice.Transfer.Residency;

namespace Sluice.Transfer;

/// <summary>The threads that wait for the disk, so that no other thread does.</summary>
/// <remarks>
/// <para>
/// A channel that meets a range which is not in memory leaves it to one of these threads, which reads it in and sends it, and
/// goes on by itself from there. The queue is first come, first served. A channel has at most one chunk in it, of at most
/// <see cref="TransferOptions.ChunkBytes"/>, and whoever reads a range in waits for that before it sends: so the queue is never longer than
/// there are channels, and a channel that replays a whole disk waits its turn behind one that needs a single page.
/// </para>
/// <para>Safe on any thread. Threads start as they are first needed and do not keep the process alive.</para>
/// </remarks>
public sealed class ColdReadPool : IAsyncDisposable
{
    /// <summary>
    /// As many reads as a disk is asked to do at once: enough for a solid-state disk to be busy, few enough for a hard disk
    /// not to be driven to and fro.
    /// </summary>
    private const int SharedThreadsCount = 4;

    // Guards everything below. Taken after a channel's own lock, never before it, and held for memory work only.
    private readonly object _gate = new();
    private readonly LinkedList<ColdChunk> _queue = new();
    private readonly int _threadsMax;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _threadsCount;
    private int _idleThreadsCount;
    private bool _isDisposed;

    /// <summary>Makes a pool; its threads start when they are needed.</summary>
    /// <param name="threadsMax">1 to 1024: reads that may wait for the disk at the same time.</param>
    public ColdReadPool(int threadsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadsMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threadsMax, 1024);
        _threadsMax = threadsMax;
    }

    /// <summary>The process's pool, for channels that are given no other; it lives as long as the process.</summary>
    public static ColdReadPool Shared { get; } = new(SharedThreadsCount);

    /// <summary>Chunks that wait for a thread at this moment.</summary>
    public int QueuedCount
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Has a range read into memory, for somebody who will look at it and must not wait for the disk: see <see cref="TransferFile.TryReadResident"/>.</summary>
    /// <param name="region">Short, as it is read whole. Stays the caller's, who holds it until this completes.</param>
    /// <param name="cancellationToken">Ends the wait, at once; the read may go on without it.</param>
    /// <returns>
    /// Complete once the range was in memory, or could not be read, or the pool was disposed: reading it again tells which. It may have
    /// been evicted by then, so whoever asks again and again must end that some time.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task ReadInAsync(FileRegion region, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ColdRange.Waiter waiter = new();
        ColdRange range = new(waiter);
        range.Set(region);
        Enqueue(range);
        using (cancellationToken.UnsafeRegister(static waiter => ((ColdRange.Waiter)waiter!).GiveUp(), waiter))
        {
            await waiter.Done.ConfigureAwait(false);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            if (TryRemove(range))
            {
                range.ReleaseFile();
            }
            else
            {
                range.Abandon();
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Ends the threads: chunks that wait are refused, which ends their sends with
    /// <see cref="TransferFailure.ChannelClosed"/>; chunks in a thread's hands are finished.
    /// </summary>
    /// <returns>Complete once the last thread has left the disk.</returns>
    public ValueTask DisposeAsync()
    {
        List<ColdChunk> refused = [];
        lock (_gate)
        {
            _isDisposed = true;
            refused.AddRange(_queue);
            _queue.Clear();
            Monitor.PulseAll(_gate);
            if (_threadsCount == 0)
            {
                _ended.TrySetResult();
            }
        }

        foreach (ColdChunk chunk in refused)
        {
            chunk.Refuse();
        }

        return new ValueTask(_ended.Task);
    }

    /// <summary>Leaves a chunk to the pool; its owner is told when it is done, possibly before this method returns.</summary>
    internal void Enqueue(ColdChunk chunk)
    {
        if (!TryEnqueue(chunk, out bool needsThread))
        {
            chunk.Refuse();
        }
        else if (needsThread)
        {
            Thread thread = new(Work, maxStackSize: 256 << 10) { IsBackground = true, Name = "Sluice cold reads" };
            thread.UnsafeStart();
        }
    }

    /// <summary>Takes a chunk back that no thread has begun.</summary>
    /// <returns>False if a thread has it, or has finished it.</returns>
    internal bool TryRemove(ColdChunk chunk)
    {
        lock (_gate)
        {
            if (chunk.Node.List is null)
            {
                return false;
            }

            _queue.Remove(chunk.Node);
            return true;
        }
    }

    private bool TryEnqueue(ColdChunk chunk, out bool needsThread)
    {
        lock (_gate)
        {
            needsThread = false;
            if (_isDisposed)
            {
                return false;
            }

            _queue.AddLast(chunk.Node);
            if (_idleThreadsCount < _queue.Count && _threadsCount < _threadsMax)
            {
                needsThread = true;
                _threadsCount++;
            }

            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Runs until the pool is disposed.</summary>
    private void Work()
    {
        while (TryTake() is { } chunk)
        {
            chunk.Run();
        }
    }

    /// <summary>Waits for a chunk.</summary>
    /// <returns>Null once the pool is disposed: the thread ends.</returns>
    private ColdChunk? TryTake()
    {
        lock (_gate)
        {
            while (_queue.First is null && !_isDisposed)
            {
                _idleThreadsCount++;
                Monitor.Wait(_gate);
                _idleThreadsCount--;
            }

            if (_queue.First is { } first)
            {
                _queue.RemoveFirst();
                return first.Value;
            }

            if (--_threadsCount == 0)
            {
                _ended.TrySetResult();
            }

            return null;
        }
    }
}
