using Sluice.Log.Compaction;

namespace Sluice.Log.Moving;

/// <summary>Runs moves on a few threads of its own, each move a lap at a time, so that a large one does not keep the others waiting.</summary>
/// <remarks>Safe on any thread. There is at most one move of a partition, so nobody can make the queue longer than there are partitions.</remarks>
internal sealed class LogMover(TimeProvider time, CancellationToken stopping)
{
    /// <summary>A round of compaction ends within seconds, mostly.</summary>
    private static readonly TimeSpan SoonDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How often a full disk is tried again, as everywhere.</summary>
    private static readonly TimeSpan LaterDelay = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly LinkedList<(LogMove Move, long NotBefore)> _waiting = [];
    private readonly List<CleanerThread> _threads = [];
    private readonly List<Task> _ended = [];
    private int _threadsMax = 1;

    /// <summary>Threads that may run at once, 1 or more.</summary>
    public int ThreadsMax
    {
        get => Volatile.Read(ref _threadsMax);
        set => Volatile.Write(ref _threadsMax, value);
    }

    /// <summary>Takes a move on.</summary>
    public void Add(LogMove move)
    {
        lock (_lock)
        {
            _waiting.AddLast((move, time.GetTimestamp()));
            WakeAll();
        }
    }

    /// <summary>Lets threads that rest look again: a move was given up, or a disk has room.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            for (LinkedListNode<(LogMove Move, long NotBefore)>? node = _waiting.First; node is not null; node = node.Next)
            {
                node.Value = (node.Value.Move, time.GetTimestamp());
            }

            WakeAll();
        }
    }

    /// <summary>Waits until the threads have ended, once they have been told to.</summary>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_ended);
        }
    }

    // Under the lock.
    private void WakeAll()
    {
        foreach (CleanerThread thread in _threads)
        {
            thread.Wake();
        }

        if (_threads.Count < Math.Min(ThreadsMax, _waiting.Count) && !stopping.IsCancellationRequested)
        {
            var thread = new CleanerThread($"log-mover-{_threads.Count}", time, Work, stopping);
            _threads.Add(thread);
            _ended.RemoveAll(static task => task.IsCompleted);
            _ended.Add(thread.Ended);
        }
    }

    // On a mover's thread. Nothing left: it ends.
    private TimeSpan? Work(CleanerThread thread)
    {
        LogMove? move = null;
        lock (_lock)
        {
            long now = time.GetTimestamp();
            long? earliest = null;
            for (LinkedListNode<(LogMove Move, long NotBefore)>? node = _waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.NotBefore <= now)
                {
                    move = node.Value.Move;
                    _waiting.Remove(node);
                    break;
                }

                earliest = Math.Min(earliest ?? long.MaxValue, node.Value.NotBefore);
            }

            if (move is null)
            {
                if (earliest is { } at)
                {
                    return TimeSpan.FromSeconds(Math.Max(0.001, (at - now) / (double)time.TimestampFrequency));
                }

                _threads.Remove(thread);
                return null;
            }
        }

        MoveStep step = move.Run();
        if (step != MoveStep.Ended)
        {
            TimeSpan delay = step switch
            {
                MoveStep.Soon => SoonDelay,
                MoveStep.Later => LaterDelay,
                _ => TimeSpan.Zero,
            };
            lock (_lock)
            {
                _waiting.AddLast((move, time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency)));
            }
        }

        return TimeSpan.Zero;
    }
}
