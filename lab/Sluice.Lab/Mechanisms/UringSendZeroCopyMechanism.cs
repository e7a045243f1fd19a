using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>The file mapped into memory and its pages lent to the socket by io_uring: IORING_OP_SEND_ZC.</summary>
internal sealed class UringSendZeroCopyMechanism : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => "uring-send-zc";

    /// <inheritdoc/>
    public override string Description => "map the file, io_uring SEND_ZC from the mapping";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("0; 1 on loopback, where the kernel copies after all", "2", "1, and page faults", ProgramSeesData: true);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    public override string? WhyNotOffered() => IoUring.WhyNotOffered(IoUring.IORING_OP_SEND_ZC);

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        private const uint Entries = 8;
        private const int NotificationsUnderWayMax = 8;
        private const int MSG_WAITALL = 0x100;

        private readonly IoUring _ring = new(Entries);
        private int _notificationsUnderWay;
        private long _notifiedCount;
        private long _copiedCount;

        public void Send(long positionBytes, long lengthBytes)
        {
            using var mapping = new FileMapping(connection.FileFd, positionBytes, lengthBytes);
            long callsBefore = _ring.CallsCount;
            for (long doneBytes = 0; doneBytes < lengthBytes;)
            {
                long chunkBytes = Math.Min(connection.Plan.ChunkBytes, lengthBytes - doneBytes);
                doneBytes += SendChunk(mapping.Bytes + doneBytes, (uint)chunkBytes);
                connection.ChunkTimes.Mark();
            }

            // The pages are the kernel's until it says that it is done with them.
            while (_notificationsUnderWay > 0) TakeNotification(_ring.Take());
            connection.SystemCalls += _ring.CallsCount - callsBefore;
            if (_copiedCount > 0) connection.Remark = $"the kernel copied {100 * _copiedCount / _notifiedCount} % of the sends after all, as it does on loopback";
        }

        public void Dispose() => _ring.Dispose();

        private int SendChunk(byte* bytes, uint lengthBytes)
        {
            while (_notificationsUnderWay >= NotificationsUnderWayMax) TakeNotification(_ring.Take());
            IoUring.Request* request = _ring.Next();
            request->Operation = IoUring.IORING_OP_SEND_ZC;
            request->Priority = IoUring.IORING_SEND_ZC_REPORT_USAGE;
            request->Fd = connection.SocketFd;
            request->Address = (ulong)bytes;
            request->Length = lengthBytes;
            request->OperationFlags = MSG_WAITALL | LibC.MSG_NOSIGNAL;
            _ring.Enter(wait: 1);
            while (true)
            {
                IoUring.Completion completion = _ring.Take();
                if ((completion.Flags & IoUring.IORING_CQE_F_NOTIF) != 0)
                {
                    TakeNotification(completion);
                    continue;
                }

                if ((completion.Flags & IoUring.IORING_CQE_F_MORE) != 0) _notificationsUnderWay++;
                if (completion.Result < 0) throw connection.FailureOf("io_uring SEND_ZC", -completion.Result);
                return completion.Result;
            }
        }

        private void TakeNotification(IoUring.Completion completion)
        {
            _notificationsUnderWay--;
            _notifiedCount++;
            if (((uint)completion.Result & IoUring.IORING_NOTIF_USAGE_ZC_COPIED) != 0) _copiedCount++;
        }
    }
}
