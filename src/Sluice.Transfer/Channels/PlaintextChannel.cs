using System.Buffers;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;
using Sluice.Transfer.Interop;
using Sluice.Transfer.Readiness;
using Sluice.Transfer.Residency;

namespace Sluice.Transfer.Channels;

/// <summary>Sends frames on a Linux TCP socket: pieces by send(2), regions by sendfile(2).</summary>
/// <remarks>
/// <para>
/// A send is a small state machine. <see cref="Pump"/> moves bytes until the frame is out or something has to be waited for;
/// the usual send ends there, on the caller's thread. Otherwise the channel parks (PlaintextChannel.Waiting.cs), and the pump
/// goes on where the wait ends: on the poller's thread for a socket, on the thread pool for a disk. At any moment at most one
/// thread owns the send; fields without a remark belong to that thread.
/// </para>
/// <para>
/// Errors: EAGAIN parks, EINTR repeats, what the kernel does not offer for a file switches that file to copying; everything
/// else ends the send with a <see cref="TransferException"/> and the channel with it.
/// </para>
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed partial class PlaintextChannel<TKernel> : TransferChannel
    where TKernel : struct, IKernel
{
    /// <summary>Pieces from this length on are sent from where they lie; shorter ones are gathered with their neighbours.</summary>
    private const int DirectPieceBytes = 16 << 10;

    /// <summary>Most bytes of one turn on a thread, which serves other connections too. A peer that keeps up could hold it for ever.</summary>
    private const int TurnBytes = 4 << 20;

    private readonly SafeSocketHandle _handle;
    private readonly TransferMetrics _metrics;
    private readonly int _chunkBytes;
    private readonly int _copyThresholdBytes;
    private readonly int _bufferBytes;
    private readonly bool _probesResidency;
    private readonly TKernel _kernel;
    private readonly ColdReadPool _coldReads;

    private ResidencyProbe<TKernel> _probe;
    private ColdTransfer<TKernel>? _cold;
    private TransferCounters _counters;
    private ResponseFrame? _frame;
    private int _segmentIndex;
    private int _segmentDoneBytes;

    // Up to where the current region was found to be in memory, counted like _segmentDoneBytes.
    private int _residentUntilBytes;

    // Whether the chunk before was not in memory.
    private bool _wasCold;

    // What the thread that has the send now may still send in one go.
    private long _turnLeftBytes;

    // Gathered and not yet sent: _buffer[_bufferStart.._bufferEnd]. What is in here has left the frame's segments.
    private byte[]? _buffer;
    private int _bufferStart;
    private int _bufferEnd;

    /// <param name="socket">Plain, or one whose records the kernel encrypts: to its user both are the same.</param>
    /// <param name="path">How regions are sent, and as what they are counted: SendFile, KernelTls or Copy.</param>
    /// <param name="options">Read now.</param>
    /// <param name="metrics">Counts what is sent.</param>
    /// <param name="coldReads">Brings in what is not in memory.</param>
    /// <param name="time">Measures stalls.</param>
    /// <param name="kernel">Answers the calls.</param>
    public PlaintextChannel(
        Socket socket, TransferPath path, TransferOptions options, TransferMetrics metrics, ColdReadPool coldReads, TimeProvider time, TKernel kernel)
    {
        _metrics = metrics;
        _kernel = kernel;
        _coldReads = coldReads;
        _time = time;
        _probe = new ResidencyProbe<TKernel>(kernel);
        _probesResidency = options.ProbeResidency;
        _stallTimeout = options.StallTimeout;
        _continuesInline = options.ContinueInline;
        _chunkBytes = options.ChunkBytes;
        _bufferBytes = options.CopyBufferBytes;
        _copyThresholdBytes = path == TransferPath.Copy ? int.MaxValue : options.CopyThresholdBytes;
        Path = path;

        // sendfile(2) has no flag for it, so the descriptor itself must be non-blocking. .NET keeps a descriptor that way
        // once it was, and goes on blocking where its user expects that.
        bool isBlocking = socket.Blocking;
        socket.Blocking = false;
        socket.Blocking = isBlocking;
        _handle = socket.SafeHandle;
    }

    public override TransferPath Path { get; }

    private enum Step
    {
        /// <summary>Bytes were moved; go on.</summary>
        Continue,

        /// <summary>Every byte of the frame is with the socket.</summary>
        Done,

        /// <summary>The socket is full: wait until it is writable.</summary>
        SocketFull,

        /// <summary>The turn is over: let others have the thread, and go on as soon as the socket is writable, which it is.</summary>
        TurnOver,

        /// <summary>What comes next is not in memory: leave it to an I/O thread, as <see cref="_cold"/> was told.</summary>
        Cold,
    }

    public override ValueTask SendAsync(ResponseFrame frame, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        Begin(frame, cancellationToken);
        try
        {
            Step step = Pump();
            if (step == Step.Done)
            {
                End();
                return ValueTask.CompletedTask;
            }

            return Suspend(step);
        }
        catch (Exception failure)
        {
            return ValueTask.FromException(Fail(failure));
        }
    }

    /// <summary>Moves bytes until the frame is out, something has to be waited for, or the turn is over; never waits itself.</summary>
    private Step Pump()
    {
        ReadOnlySpan<FrameSegment> segments = _frame!.Segments;
        _turnLeftBytes = TurnBytes;
        Step step;
        do
        {
            ThrowIfGivenUp();
            if (_bufferStart < _bufferEnd)
            {
                step = SendBuffer(isLast: _segmentIndex == segments.Length);
            }
            else if (_segmentIndex == segments.Length)
            {
                step = Step.Done;
            }
            else if (_turnLeftBytes <= 0)
            {
                step = Step.TurnOver;
            }
            else if (!IsCopied(segments[_segmentIndex]))
            {
                step = SendRegion(segments[_segmentIndex].Region);
            }
            else if (IsSentFromWhereItLies(segments))
            {
                step = SendPiece(segments[_segmentIndex].Bytes, isLast: _segmentIndex == segments.Length - 1);
            }
            else
            {
                step = Gather(segments);
            }
        }
        while (step == Step.Continue);

        return step;
    }

    /// <summary>Whether a segment travels through memory: every piece, and regions that are short or cannot be spliced.</summary>
    private bool IsCopied(in FrameSegment segment) =>
        !segment.IsRegion
        || segment.LengthBytes <= _copyThresholdBytes
        || (segment.Region.File.Limits & FileLimits.NoSendFile) != 0;

    /// <summary>Whether the current piece gains nothing from being gathered: it is long, or has no neighbour to share a call with.</summary>
    private bool IsSentFromWhereItLies(ReadOnlySpan<FrameSegment> segments)
    {
        ref readonly FrameSegment segment = ref segments[_segmentIndex];
        if (segment.IsRegion)
        {
            return false;
        }

        return segment.LengthBytes >= DirectPieceBytes
            || _segmentIndex + 1 == segments.Length
            || !IsCopied(segments[_segmentIndex + 1]);
    }

    private Step SendRegion(FileRegion region)
    {
        int lengthBytes = Math.Min(region.LengthBytes - _segmentDoneBytes, _chunkBytes);
        if (_probesResidency)
        {
            if (_segmentDoneBytes >= _residentUntilBytes)
            {
                int residentBytes = _probe.ResidentPrefixBytes(region.File, region.PositionBytes + _segmentDoneBytes, lengthBytes);
                if (residentBytes < lengthBytes && _wasCold)
                {
                    // The kernel reads ahead of this reader, and has some of the next chunk too: one hand-over for all of it, not one for each piece.
                    residentBytes = 0;
                }

                _residentUntilBytes = _segmentDoneBytes + residentBytes;
                _wasCold = residentBytes < lengthBytes;
                if (residentBytes == 0)
                {
                    return LeaveToIoThread(region, lengthBytes, buffer: null);
                }
            }

            lengthBytes = Math.Min(lengthBytes, _residentUntilBytes - _segmentDoneBytes);
        }

        nint sent = _kernel.SendFile(_handle, region.File.Handle, region.PositionBytes + _segmentDoneBytes, lengthBytes);
        return AfterSendFile(region, sent);
    }

    private Step AfterSendFile(FileRegion region, nint sent)
    {
        CountSendFile(sent);
        if (sent > 0)
        {
            NoteSent(sent);
            Advance((int)sent, region.LengthBytes);
            return Step.Continue;
        }

        switch ((int)-sent)
        {
            case 0:
                throw Failures.ShortFile(region, _segmentDoneBytes);
            case Errno.EAGAIN:
                return Step.SocketFull;
            case Errno.EINTR:
                return Step.Continue;
            case Errno.EINVAL or Errno.ENOSYS:
                region.File.AddLimit(FileLimits.NoSendFile);
                return Step.Continue;
            default:
                throw Failures.FromErrno("sendfile", (int)-sent, region.File);
        }
    }

    private void CountSendFile(nint sent)
    {
        if (Path == TransferPath.KernelTls)
        {
            _counters.KernelTlsCalls++;
            _counters.KernelTlsBytes += Math.Max(sent, 0);
        }
        else
        {
            _counters.SendFileCalls++;
            _counters.SendFileBytes += Math.Max(sent, 0);
        }
    }

    private Step SendPiece(ReadOnlyMemory<byte> piece, bool isLast)
    {
        Step step = Send(piece.Span[_segmentDoneBytes..], isLast, out int sentBytes);
        _counters.MemoryBytes += sentBytes;
        NoteSent(sentBytes);
        Advance(sentBytes, piece.Length);
        return step;
    }

    private Step SendBuffer(bool isLast)
    {
        Step step = Send(_buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart), isLast, out int sentBytes);
        _bufferStart += sentBytes;
        NoteSent(sentBytes);
        return step;
    }

    private Step Send(ReadOnlySpan<byte> bytes, bool isLast, out int sentBytes)
    {
        // With more to come the kernel fills the packet with it, instead of sending a header by itself.
        nint sent = _kernel.Send(_handle, bytes, isLast ? 0 : LibC.MSG_MORE);
        _counters.MemoryCalls++;
        sentBytes = (int)Math.Max(sent, 0);
        return (int)-sent switch
        {
            <= 0 or Errno.EINTR => Step.Continue,
            Errno.EAGAIN => Step.SocketFull,
            int errno => throw Failures.FromErrno("send", errno, file: null),
        };
    }

    /// <summary>Fills the buffer from here on with short pieces and copied regions, to be sent with one call.</summary>
    private Step Gather(ReadOnlySpan<FrameSegment> segments)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(_bufferBytes);
        _bufferStart = 0;
        _bufferEnd = 0;
        while (_segmentIndex < segments.Length && _bufferEnd < _bufferBytes)
        {
            ref readonly FrameSegment segment = ref segments[_segmentIndex];
            if (!IsCopied(segment) || (!segment.IsRegion && segment.LengthBytes >= DirectPieceBytes))
            {
                break;
            }

            int lengthBytes = Math.Min(_bufferBytes - _bufferEnd, segment.LengthBytes - _segmentDoneBytes);
            if (!segment.IsRegion)
            {
                segment.Bytes.Span.Slice(_segmentDoneBytes, lengthBytes).CopyTo(_buffer.AsSpan(_bufferEnd));
                _counters.MemoryBytes += lengthBytes;
                _bufferEnd += lengthBytes;
                Advance(lengthBytes, segment.LengthBytes);
            }
            else if (lengthBytes == 0)
            {
                Advance(0, segment.LengthBytes);
            }
            else if (!TryReadRegion(segment.Region, lengthBytes, out bool isCold))
            {
                // What was gathered before the cold range goes out first.
                return isCold && _bufferEnd == 0 ? LeaveToIoThread(segment.Region, lengthBytes, _buffer) : Step.Continue;
            }
        }

        return Step.Continue;
    }

    /// <summary>Reads some of the current region to the end of the buffer.</summary>
    /// <returns>False if nothing was read: the range is not in memory, or the call is to be repeated.</returns>
    private bool TryReadRegion(FileRegion region, int lengthBytes, out bool isCold)
    {
        bool waits = !_probesResidency || (region.File.Limits & FileLimits.NoReadNoWait) != 0;
        long positionBytes = region.PositionBytes + _segmentDoneBytes;
        Span<byte> space = _buffer.AsSpan(_bufferEnd, lengthBytes);
        nint read = waits
            ? _kernel.Read(region.File.Handle, space, positionBytes)
            : _kernel.ReadNoWait(region.File.Handle, space, positionBytes);
        isCold = false;
        switch ((int)-read)
        {
            case Errno.EAGAIN:
                _counters.CopyCalls++;
                isCold = true;
                return false;
            case Errno.EINTR:
                _counters.CopyCalls++;
                return false;
            case Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL when !waits:
                region.File.AddLimit(FileLimits.NoReadNoWait);
                return false;
            default:
                AfterRead(region, read);
                return true;
        }
    }

    private void AfterRead(FileRegion region, nint read)
    {
        _counters.CopyCalls++;
        if (read < 0)
        {
            throw Failures.FromErrno("pread", (int)-read, region.File);
        }

        if (read == 0)
        {
            throw Failures.ShortFile(region, _segmentDoneBytes);
        }

        _counters.CopyBytes += read;
        _bufferEnd += (int)read;
        Advance((int)read, region.LengthBytes);
    }

    /// <summary>Tells an I/O thread what to do about a range that is not in memory.</summary>
    /// <param name="region">The region that the range is in; it begins where the send stands.</param>
    /// <param name="lengthBytes">Length of the range.</param>
    /// <param name="buffer">Where the range goes, from its start; null if it goes to the socket.</param>
    private Step LeaveToIoThread(FileRegion region, int lengthBytes, byte[]? buffer)
    {
        _counters.ColdChunks++;
        _cold ??= new ColdTransfer<TKernel>(this, _kernel);
        FileRegion range = new(region.File, region.PositionBytes + _segmentDoneBytes, lengthBytes);
        if (buffer is null)
        {
            _cold.SetSocket(range, _handle);
        }
        else
        {
            _cold.SetBuffer(range, buffer);
        }

        return Step.Cold;
    }

    /// <summary>Takes over what an I/O thread did.</summary>
    private Step AfterIoThread(ColdTransfer<TKernel> cold)
    {
        if (cold.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(cold.Failure);
        }

        FileRegion region = _frame!.Segments[_segmentIndex].Region;
        if (!cold.ReachedSocket)
        {
            _counters.ColdBytes += Math.Max(cold.Result, 0);
            AfterRead(region, cold.Result);
            return Step.Continue;
        }

        // All of it was read in, though the socket may not have taken it all.
        _residentUntilBytes = _segmentDoneBytes + cold.LengthBytes;
        _counters.ColdBytes += Math.Max(cold.Result, 0);
        return AfterSendFile(region, cold.Result);
    }

    private void NoteSent(long sentBytes)
    {
        _frame!.NoteSent(sentBytes);
        _turnLeftBytes -= sentBytes;
    }

    private void Advance(int doneBytes, int segmentLengthBytes)
    {
        _segmentDoneBytes += doneBytes;
        if (_segmentDoneBytes == segmentLengthBytes)
        {
            _segmentIndex++;
            _segmentDoneBytes = 0;
            _residentUntilBytes = 0;
        }
    }
}
