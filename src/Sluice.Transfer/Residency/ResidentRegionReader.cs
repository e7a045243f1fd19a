using System.Runtime.ExceptionServices;
using Sluice.Transfer.Channels;
using Sluice.Transfer.Interop;

namespace Sluice.Transfer.Residency;

/// <summary>Reads what is in memory on the calling thread, and leaves what is not to the I/O threads.</summary>
internal sealed class ResidentRegionReader<TKernel> : RegionReader, IColdChunkOwner
    where TKernel : struct, IKernel
{
    private readonly bool _probesResidency;
    private readonly ColdReadPool _coldReads;
    private readonly TKernel _kernel;
    private readonly ColdTransfer<TKernel> _cold;
    private TaskCompletionSource _coldDone = new();

    public ResidentRegionReader(TransferOptions options, ColdReadPool coldReads, TKernel kernel)
    {
        _probesResidency = options.ProbeResidency;
        _coldReads = coldReads;
        _kernel = kernel;
        _cold = new ColdTransfer<TKernel>(this, kernel);
    }

    public override ValueTask<RegionRead> ReadAsync(FileRegion region, int doneBytes, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        long positionBytes = region.PositionBytes + doneBytes;
        while (true)
        {
            bool waits = !_probesResidency || (region.File.Limits & FileLimits.NoReadNoWait) != 0;
            nint read = waits
                ? _kernel.Read(region.File.Handle, buffer.Span, positionBytes)
                : _kernel.ReadNoWait(region.File.Handle, buffer.Span, positionBytes);
            switch ((int)-read)
            {
                case < 0:
                    return new ValueTask<RegionRead>(new RegionRead((int)read, WasCold: false));
                case 0:
                    throw Failures.ShortFile(region, doneBytes);
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    return ReadColdAsync(region, doneBytes, buffer, cancellationToken);
                case Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL when !waits:
                    region.File.AddLimit(FileLimits.NoReadNoWait);
                    break;
                case int errno:
                    throw Failures.FromErrno("pread", errno, region.File);
            }
        }
    }

    /// <summary>The I/O thread's word that it is done.</summary>
    void IColdChunkOwner.OnColdChunkDone() => _coldDone.TrySetResult();

    private async ValueTask<RegionRead> ReadColdAsync(FileRegion region, int doneBytes, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _coldDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cold.SetBuffer(region with { PositionBytes = region.PositionBytes + doneBytes, LengthBytes = buffer.Length }, buffer);
        _coldReads.Enqueue(_cold);
        using (cancellationToken.UnsafeRegister(static reader => ((ResidentRegionReader<TKernel>)reader!).GiveUp(), this))
        {
            await _coldDone.Task.ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (_cold.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(_cold.Failure);
        }

        return _cold.Result switch
        {
            > 0 => new RegionRead((int)_cold.Result, WasCold: true),
            0 => throw Failures.ShortFile(region, doneBytes),
            _ => throw Failures.FromErrno("pread", (int)-_cold.Result, region.File),
        };
    }

    private void GiveUp()
    {
        if (_coldReads.TryRemove(_cold))
        {
            _cold.ReleaseFile();
        }
        else
        {
            // The I/O thread may be in the disk's hands for long; the buffer stays with it.
            _cold.Abandon();
        }

        _coldDone.TrySetResult();
    }
}
