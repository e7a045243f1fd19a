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

    private FrameSegment[] _segments = new FrameSegment[InitialSegments];
    private int _segmentsCount;
    private bool _isBeingSent;
    private bool _isDisposed;

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
    }

    internal void EndSend() => _isBeingSent = false;

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
