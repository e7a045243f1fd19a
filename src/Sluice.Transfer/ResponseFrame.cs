namespace Sluice.Transfer;

/// <summary>What one send puts on the wire: pieces of memory and regions of files, in order.</summary>
/// <remarks>
/// <para>
/// A frame is made to be used again: <see cref="Clear"/> keeps its storage, so that a connection that keeps one frame
/// allocates nothing per response. Memory pieces are borrowed until then; regions are owned until then.
/// </para>
/// <para>Not thread-safe. While a send has the frame, nothing else may touch it.</para>
/// </remarks>
public sealed class ResponseFrame : IDisposable
{
    // A response over many partitions is two parts for each. What outgrew this is not kept for the next, smaller one.
    private const int KeptSegmentsMax = 1024;
    private const int InitialSegments = 8;

    // Whole pages, and far below the largest length of a region.
    private const int RegionBytesMax = 1 << 30;

    private FrameSegment[] _segments = new FrameSegment[InitialSegments];
    private int _segmentsCount;
    private bool _isBeingSent;
    private bool _isDisposed;
    private TransferCounters _counters;

    /// <summary>Told how far a send of this frame is, in bytes from the frame's start; null, the default, tells nobody.</summary>
    /// <remarks>
    /// <para>
    /// Told after each call that moved bytes (at most <see cref="TransferOptions.ChunkBytes"/>), on the thread that made it
    /// and before the next one: it must be short. <see cref="Progress{T}"/> queues what it is told, so it suits a
    /// display; for a count that must be in order, implement the interface. What it throws ends the send.
    /// </para>
    /// <para>Kept when the frame is cleared.</para>
    /// </remarks>
    public IProgress<long>? Progress { get; set; }

    /// <summary>Bytes of this frame that the last send, or the one under way, has handed to the socket; 0 to <see cref="LengthBytes"/>.</summary>
    /// <remarks>
    /// Counts on when a send fails or is cancelled, so it tells how much of a frame may have reached the peer. To be read while no
    /// send is under way; meanwhile <see cref="Progress"/> is told the same.
    /// </remarks>
    public long SentBytes { get; private set; }

    /// <summary>What the last send of this frame did, by the way that its bytes took; complete when that send has ended.</summary>
    /// <remarks>This is where a fall-back shows: a region that was to go by sendfile and could not is in <see cref="TransferCounters.CopyBytes"/>.</remarks>
    public TransferCounters Counters => _counters;

    /// <summary>Bytes that the frame puts on the wire: the sum over its parts.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>The parts, in the order of the wire.</summary>
    internal ReadOnlySpan<FrameSegment> Segments => _segments.AsSpan(0, _segmentsCount);

    /// <summary>Adds bytes that lie in memory.</summary>
    /// <param name="bytes">Borrowed: must stay valid and unchanged until <see cref="Clear"/>. Empty is allowed and adds nothing.</param>
    /// <exception cref="InvalidOperationException">The frame is being sent.</exception>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public void Append(ReadOnlyMemory<byte> bytes)
    {
        ThrowIfNotWritable();
        if (!bytes.IsEmpty)
        {
            Add(new FrameSegment(bytes));
        }
    }

    /// <summary>Adds bytes that lie in a file, and takes over the region's reference on it.</summary>
    /// <param name="region">Owned by the frame from here on, unless this method throws. A length of 0 is allowed.</param>
    /// <exception cref="ArgumentException">The region has no file, or a negative position or length.</exception>
    /// <exception cref="InvalidOperationException">The frame is being sent.</exception>
    /// <exception cref="ObjectDisposedException">The frame was disposed.</exception>
    public void Append(FileRegion region)
    {
        ThrowIfNotWritable();
        if (region.File is null || region.PositionBytes < 0 || region.LengthBytes < 0
            || region.PositionBytes > long.MaxValue - region.LengthBytes)
        {
            throw new ArgumentException($"{region} is no run of bytes in a file.", nameof(region));
        }

        Add(new FrameSegment(region));
    }

    /// <summary>Adds a range of an open file, of any length, and takes the references that it needs.</summary>
    /// <param name="file">Open: the caller holds a reference, and keeps it. The frame holds the file open until it is cleared.</param>
    /// <param name="positionBytes">Where the range begins in the file; 0 or more.</param>
    /// <param name="lengthBytes">How long it is; 0 or more, beyond 2 GiB too. The file must reach that far until the range was sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position or length below 0, or an end beyond the largest file.</exception>
    /// <exception cref="InvalidOperationException">The frame is being sent.</exception>
    /// <exception cref="ObjectDisposedException">The frame was disposed, or the file is closed.</exception>
    public void Append(TransferFile file, long positionBytes, long lengthBytes)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(positionBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, long.MaxValue - positionBytes);
        ThrowIfNotWritable();
        do
        {
            // Once the frame has the first reference the file cannot close, so a range is added whole or not at all.
            int regionBytes = (int)Math.Min(lengthBytes, RegionBytesMax);
            Add(new FrameSegment(file.TakeRegion(positionBytes, regionBytes)));
            positionBytes += regionBytes;
            lengthBytes -= regionBytes;
        }
        while (lengthBytes > 0);
    }

    /// <summary>Empties the frame for the next response: releases its regions, and no longer borrows its pieces.</summary>
    /// <exception cref="InvalidOperationException">The frame is being sent: its memory and files are still in use.</exception>
    public void Clear()
    {
        if (_isBeingSent)
        {
            throw new InvalidOperationException("The frame is being sent; await the send before clearing it.");
        }

        LengthBytes = 0;
        while (_segmentsCount > 0)
        {
            // Taken off the frame before it is released: nothing can release a region twice, whatever happens in between.
            FrameSegment segment = _segments[--_segmentsCount];
            _segments[_segmentsCount] = default;
            if (segment.IsRegion)
            {
                segment.Region.Release();
            }
        }

        if (_segments.Length > KeptSegmentsMax)
        {
            _segments = new FrameSegment[InitialSegments];
        }
    }

    /// <summary>Clears the frame for good.</summary>
    /// <exception cref="InvalidOperationException">The frame is being sent.</exception>
    public void Dispose()
    {
        Clear();
        _isDisposed = true;
    }

    /// <summary>Marks the frame as lent to a send: until <see cref="EndSend"/> it can be neither changed nor cleared.</summary>
    internal void BeginSend()
    {
        ThrowIfNotWritable();
        _isBeingSent = true;
        SentBytes = 0;
        _counters = default;
    }

    internal void EndSend() => _isBeingSent = false;

    /// <summary>Notes bytes that the socket has taken, and tells who wants to know.</summary>
    internal void NoteSent(long bytesCount)
    {
        if (bytesCount > 0)
        {
            SentBytes += bytesCount;
            Progress?.Report(SentBytes);
        }
    }

    /// <summary>Adds what a channel counted since it last did.</summary>
    internal void NoteCounters(in TransferCounters counted) => _counters.Add(counted);

    private void Add(in FrameSegment segment)
    {
        if (_segmentsCount == _segments.Length)
        {
            Array.Resize(ref _segments, _segments.Length * 2);
        }

        _segments[_segmentsCount++] = segment;
        LengthBytes += segment.LengthBytes;
    }

    private void ThrowIfNotWritable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isBeingSent)
        {
            throw new InvalidOperationException("The frame is being sent; await the send before using it again.");
        }
    }
}
