namespace Sluice.Transfer.Residency;

/// <summary>One chunk of a file that is not in memory: what an I/O thread does about it, and what came of it.</summary>
/// <remarks>
/// A channel has one and uses it again. From <see cref="ColdReadPool.Enqueue"/> until its owner is told, the chunk belongs to
/// the pool, and its owner may be gone by then: so it holds for itself whatever it touches, the file by a reference.
/// </remarks>
internal abstract class ColdChunk
{
    private readonly IColdChunkOwner _owner;
    private FileRegion _file;
    private volatile bool _isAbandoned;

    protected ColdChunk(IColdChunkOwner owner)
    {
        _owner = owner;
        Node = new LinkedListNode<ColdChunk>(this);
    }

    /// <summary>The chunk's place in the pool's queue; touched under the pool's lock only.</summary>
    public LinkedListNode<ColdChunk> Node { get; }

    /// <summary>Bytes moved, 0 at the end of the file, or a negated errno.</summary>
    public nint Result { get; private set; }

    /// <summary>What stopped the I/O thread other than an errno; else null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the owner has given the chunk up: stop early.</summary>
    protected bool IsAbandoned => _isAbandoned;

    /// <summary>Prepares the chunk; takes a reference on the file for as long as the pool may have it.</summary>
    protected void Set(TransferFile file, long positionBytes, int lengthBytes)
    {
        if (!file.TryAddReference())
        {
            throw new InvalidOperationException($"'{file.Path}' was released while it is being sent.");
        }

        _file = new FileRegion(file, positionBytes, lengthBytes);
        Result = 0;
        Failure = null;
    }

    /// <summary>Does the work on the calling thread, then tells the owner.</summary>
    public void Run()
    {
        try
        {
            Result = Perform(_file);
        }
        catch (Exception e)
        {
            // Not lost: the owner ends its send with it.
            Failure = e;
        }

        Finish();
    }

    /// <summary>Tells the owner that its pool is closed.</summary>
    public void Refuse()
    {
        Failure = new TransferException(TransferFailure.ChannelClosed, "The pool that reads cold ranges was disposed.");
        Finish();
    }

    /// <summary>Gives up, for good, a chunk that an I/O thread has in its hands; the owner is still told, and need not listen.</summary>
    public void Abandon() => _isAbandoned = true;

    /// <summary>Lets the file go; by whoever has the chunk last.</summary>
    public void ReleaseFile()
    {
        TransferFile file = _file.File;
        _file = default;
        file.Release();
    }

    /// <summary>Moves the bytes; may wait for the disk.</summary>
    /// <returns>As <see cref="Result"/>.</returns>
    protected abstract nint Perform(FileRegion region);

    private void Finish()
    {
        ReleaseFile();
        _owner.OnColdChunkDone();
    }
}
