using System.Buffers;
using Sluice.Log.Segments;

namespace Sluice.Log.Moving;

/// <summary>A segment and its copy in another log directory.</summary>
/// <remarks>
/// Worked on by one mover's thread; whoever reads or writes the original is not held up. Bytes of a segment never change below its size but by a
/// truncation, which makes a move start over, and a compaction replaces the segment by another one.
/// </remarks>
internal sealed class SegmentCopy
{
    private readonly LogContext _to;
    private long _copiedBytes;
    private bool _isUnsynced = true;

    private SegmentCopy(LogContext to, LogSegment source, LogSegment target)
    {
        _to = to;
        Source = source;
        Target = target;
    }

    /// <summary>The original.</summary>
    public LogSegment Source { get; }

    /// <summary>The copy; nobody else knows of it yet.</summary>
    public LogSegment Target { get; }

    /// <summary>Bytes of batches that the copy has.</summary>
    public long CopiedBytes => Volatile.Read(ref _copiedBytes);

    /// <summary>Whether the copy is as long as the original, which will not grow, and on the device with its indexes.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Begins a copy, or goes on with one that was left by an earlier process as far as it is the same.</summary>
    /// <param name="to">The directory that it is made in.</param>
    /// <param name="directory">Path of the partition's directory there.</param>
    /// <param name="source">The original; the caller holds a reference.</param>
    /// <param name="config">The partition's settings.</param>
    /// <param name="pace">Paid for what is compared.</param>
    /// <exception cref="IOException">A disk refused.</exception>
    public static SegmentCopy Begin(LogContext to, string directory, LogSegment source, LogConfig config, Action<int> pace)
    {
        var target = LogSegment.OpenCopy(to.Io, directory, source.BaseOffset, config, to.NowMs);
        try
        {
            var copy = new SegmentCopy(to, source, target);
            copy.KeepWhatIsTheSame(pace);
            return copy;
        }
        catch
        {
            target.Close(unlink: false, released: null);
            throw;
        }
    }

    /// <summary>Copies what the original has by now.</summary>
    /// <param name="isSealed">Whether the original will not grow any more.</param>
    /// <param name="pieceBytes">How much at once.</param>
    /// <param name="pay">Called before each piece.</param>
    /// <param name="copied">Called after each piece.</param>
    /// <exception cref="IOException">A disk refused.</exception>
    public void CatchUp(bool isSealed, Func<int> pieceBytes, Action<int> pay, Action<SegmentCopy> copied)
    {
        if (IsComplete)
        {
            return;
        }

        long endBytes = Source.SizeBytes;
        while (_copiedBytes < endBytes)
        {
            int bytes = (int)Math.Min(pieceBytes(), endBytes - _copiedBytes);
            pay(bytes);
            CopyBytes(bytes);
            copied(this);
        }

        Target.CopyIndexEntries(Source);
        if (isSealed)
        {
            Complete();
        }
    }

    /// <summary>Copies the rest at once, and becomes the original's equal.</summary>
    /// <remarks>Under the log's lock: bytes that are in the page cache, into the page cache.</remarks>
    /// <exception cref="IOException">A disk refused.</exception>
    public void CopyRest()
    {
        if (IsComplete)
        {
            return;
        }

        if (Source.SizeBytes > _copiedBytes)
        {
            CopyBytes(Source.SizeBytes - _copiedBytes);
        }

        Target.CopyIndexEntries(Source);
        Target.TakeStateOf(Source);
    }

    /// <summary>Waits until what was copied is on the device. Of a segment that still grows the indexes need not be: a start builds them anew.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Sync()
    {
        if (_isUnsynced)
        {
            Target.Sync(includeIndexes: false);
            _isUnsynced = false;
        }
    }

    /// <summary>Lets go of the copy.</summary>
    /// <param name="unlink">Whether its files go as well.</param>
    public void Close(bool unlink) => Target.Close(unlink, released: null);

    private void CopyBytes(long bytes)
    {
        _isUnsynced = true;
        _to.Io.Copy(Source.File.Handle, Target.File.Handle, _copiedBytes, bytes);
        Volatile.Write(ref _copiedBytes, _copiedBytes + bytes);
    }

    private void Complete()
    {
        Target.TakeStateOf(Source);
        Target.TrimIndexes();
        Target.Sync(includeIndexes: true);
        Target.CloseIndexDescriptors();
        // Retention goes by it where records have no timestamp.
        if (File.Exists(Source.File.Path))
        {
            File.SetLastWriteTimeUtc(Target.File.Path, File.GetLastWriteTimeUtc(Source.File.Path));
        }

        _isUnsynced = false;
        IsComplete = true;
    }

    // What was copied before a power cut may have any content, so the bytes themselves are asked. Reading them costs less than writing and flushing them.
    private void KeepWhatIsTheSame(Action<int> pay)
    {
        long lengthBytes = RandomAccess.GetLength(Target.File.Handle);
        long endBytes = Math.Min(lengthBytes, Source.SizeBytes);
        long sameBytes = 0;
        byte[] ours = ArrayPool<byte>.Shared.Rent(MovePace.PieceBytesMax);
        byte[] theirs = ArrayPool<byte>.Shared.Rent(MovePace.PieceBytesMax);
        try
        {
            while (sameBytes < endBytes)
            {
                int wantedBytes = (int)Math.Min(MovePace.PieceBytesMax, endBytes - sameBytes);
                pay(wantedBytes);
                int readBytes = RandomAccess.Read(Target.File.Handle, ours.AsSpan(0, wantedBytes), sameBytes);
                int originalBytes = RandomAccess.Read(Source.File.Handle, theirs.AsSpan(0, wantedBytes), sameBytes);
                int equalBytes = ours.AsSpan(0, Math.Min(readBytes, originalBytes)).CommonPrefixLength(theirs.AsSpan(0, originalBytes));
                sameBytes += equalBytes;
                if (equalBytes < wantedBytes)
                {
                    break;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ours);
            ArrayPool<byte>.Shared.Return(theirs);
        }

        if (lengthBytes != sameBytes)
        {
            _to.Io.SetLength(Target.File.Handle, sameBytes);
        }

        Volatile.Write(ref _copiedBytes, sameBytes);
    }
}
