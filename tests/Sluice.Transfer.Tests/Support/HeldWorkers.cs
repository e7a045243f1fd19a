using Sluice.Transfer.Residency;

namespace Sluice.Transfer.Tests.Support;

/// <summary>Keeps every thread of a pool busy, as disks do that are slow to answer, until the test lets them go.</summary>
internal sealed class HeldWorkers : IColdChunkOwner, IDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    private readonly CountdownEvent _busy;
    private readonly ManualResetEventSlim _released = new();
    private readonly CountdownEvent _done;

    private HeldWorkers(int count)
    {
        _busy = new CountdownEvent(count);
        _done = new CountdownEvent(count);
    }

    /// <param name="pool">Made with <paramref name="threadsMax"/>.</param>
    /// <param name="threadsMax">How many threads there are to hold.</param>
    /// <param name="file">Any file that is open: a chunk is of some file.</param>
    /// <returns>Once each of them is held.</returns>
    public static HeldWorkers Of(ColdReadPool pool, int threadsMax, TransferFile file)
    {
        HeldWorkers held = new(threadsMax);
        for (int i = 0; i < threadsMax; i++) pool.Enqueue(new Chunk(held, file));
        held._busy.Wait(s_soon).ShouldBeTrue("the pool did not begin the chunks that it was given");
        return held;
    }

    public void Release() => _released.Set();

    public void OnColdChunkDone() => _done.Signal();

    public void Dispose()
    {
        Release();
        _done.Wait(s_soon).ShouldBeTrue("a thread of the pool did not come back");
        _busy.Dispose();
        _done.Dispose();
        _released.Dispose();
    }

    private sealed class Chunk : ColdChunk
    {
        private readonly HeldWorkers _held;

        public Chunk(HeldWorkers held, TransferFile file)
            : base(held)
        {
            _held = held;
            Set(file, 0, 1);
        }

        protected override nint Perform(FileRegion region)
        {
            _held._busy.Signal();
            _held._released.Wait(s_soon);
            return 1;
        }
    }
}
