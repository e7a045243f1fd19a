using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>Both splices of a chunk linked and submitted by one call. io_uring runs splices on threads of its own.</summary>
internal sealed class UringSpliceMechanism : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => "uring-splice";

    /// <inheritdoc/>
    public override string Description => "io_uring: splice from file to pipe and from pipe to socket, linked, on threads of the kernel's";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("0 (1 without scatter-gather)", "2", "1", ProgramSeesData: false);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    public override string? WhyNotOffered() => IoUring.WhyNotOffered(IoUring.IORING_OP_SPLICE);

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        private const uint Entries = 4;
        private const ulong FromFile = 0;
        private const ulong ToSocket = 1;
        private const int ECANCELED = 125;

        private readonly IoUring _ring = new(Entries);
        private readonly Pipe _pipe = new(connection.Plan.ChunkBytes);

        public void Send(long positionBytes, long lengthBytes)
        {
            long callsBefore = _ring.CallsCount;
            while (lengthBytes > 0)
            {
                uint chunkBytes = (uint)Math.Min(_pipe.CapacityBytes, lengthBytes);
                Splice(FromFile, connection.FileFd, positionBytes, _pipe.WriteFd, chunkBytes, isLinked: true);
                Splice(ToSocket, _pipe.ReadFd, -1, connection.SocketFd, chunkBytes, isLinked: false);
                _ring.Enter(wait: 2);
                (int inPipe, int sent) = (0, 0);
                Take(ref inPipe, ref sent);
                Take(ref inPipe, ref sent);
                if (inPipe == 0) throw connection.ShortFile();
                while (sent < inPipe)
                {
                    // The first of the two was short, or the socket took less: what is in the pipe has to go before anything else.
                    Splice(ToSocket, _pipe.ReadFd, -1, connection.SocketFd, (uint)(inPipe - sent), isLinked: false);
                    _ring.Enter(wait: 1);
                    Take(ref inPipe, ref sent);
                }

                connection.ChunkTimes.Mark();
                positionBytes += inPipe;
                lengthBytes -= inPipe;
            }

            connection.SystemCalls += _ring.CallsCount - callsBefore;
        }

        public void Dispose()
        {
            _ring.Dispose();
            _pipe.Dispose();
        }

        private void Splice(ulong which, int fromFd, long fromOffset, int toFd, uint lengthBytes, bool isLinked)
        {
            IoUring.Request* request = _ring.Next();
            request->Operation = IoUring.IORING_OP_SPLICE;
            request->Flags = isLinked ? IoUring.IOSQE_IO_LINK : (byte)0;
            request->SpliceFromFd = fromFd;
            request->Address = (ulong)fromOffset;
            request->Fd = toFd;
            request->Offset = -1;
            request->Length = lengthBytes;
            request->OperationFlags = LibC.SPLICE_F_MOVE;
            request->UserData = which;
        }

        private void Take(ref int inPipe, ref int sent)
        {
            IoUring.Completion completion = _ring.Take();
            if (completion.Result < 0)
            {
                if (completion.UserData == ToSocket && completion.Result == -ECANCELED) return;
                throw connection.FailureOf("io_uring splice", -completion.Result);
            }

            if (completion.UserData == FromFile) inPipe += completion.Result;
            else sent += completion.Result;
        }
    }
}
