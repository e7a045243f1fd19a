using System.Runtime.InteropServices;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>The classic loop by io_uring: reads and sends of several chunks linked to a chain, one system call for all of it.</summary>
internal sealed class UringSendMechanism : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => "uring-send";

    /// <inheritdoc/>
    public override string Description => "io_uring: a chain of 8 reads and sends per system call; its chunk times are those of a chain";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("2", "2", "1 for 8 chunks", ProgramSeesData: true);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 64 << 10;

    /// <inheritdoc/>
    public override string? WhyNotOffered() => IoUring.WhyNotOffered(IoUring.IORING_OP_READ, IoUring.IORING_OP_SEND);

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        private const int ChunksPerChain = 8;
        private const int MSG_WAITALL = 0x100;
        private const nuint PageBytes = 4096;

        private readonly IoUring _ring = new(2 * ChunksPerChain);
        private readonly int _chunkBytes = connection.Plan.ChunkBytes;
        private readonly byte* _buffers = (byte*)NativeMemory.AlignedAlloc((nuint)connection.Plan.ChunkBytes * ChunksPerChain, PageBytes);
        private readonly int[] _results = new int[2 * ChunksPerChain];

        public void Send(long positionBytes, long lengthBytes)
        {
            while (lengthBytes > 0)
            {
                long sentBytes = SendChain(positionBytes, lengthBytes);
                positionBytes += sentBytes;
                lengthBytes -= sentBytes;
            }
        }

        public void Dispose()
        {
            _ring.Dispose();
            NativeMemory.AlignedFree(_buffers);
        }

        private int LengthOf(int chunk, long lengthBytes) => (int)Math.Clamp(lengthBytes - ((long)chunk * _chunkBytes), 0, _chunkBytes);

        private long SendChain(long positionBytes, long lengthBytes)
        {
            int chunksCount = (int)Math.Min(ChunksPerChain, (lengthBytes + _chunkBytes - 1) / _chunkBytes);
            for (int chunk = 0; chunk < chunksCount; chunk++)
            {
                byte* buffer = _buffers + ((long)chunk * _chunkBytes);
                uint chunkBytes = (uint)LengthOf(chunk, lengthBytes);
                IoUring.Request* read = _ring.Next();
                read->Operation = IoUring.IORING_OP_READ;
                read->Flags = IoUring.IOSQE_IO_LINK;
                read->Fd = connection.FileFd;
                read->Offset = positionBytes + ((long)chunk * _chunkBytes);
                read->Address = (ulong)buffer;
                read->Length = chunkBytes;
                read->UserData = (ulong)(2 * chunk);
                IoUring.Request* send = _ring.Next();
                send->Operation = IoUring.IORING_OP_SEND;
                send->Flags = chunk < chunksCount - 1 ? IoUring.IOSQE_IO_LINK : (byte)0;
                send->Fd = connection.SocketFd;
                send->Address = (ulong)buffer;
                send->Length = chunkBytes;
                send->OperationFlags = MSG_WAITALL | LibC.MSG_NOSIGNAL;
                send->UserData = (ulong)((2 * chunk) + 1);
            }

            long callsBefore = _ring.CallsCount;
            _ring.Enter((uint)(2 * chunksCount));
            for (int i = 0; i < 2 * chunksCount; i++)
            {
                IoUring.Completion completion = _ring.Take();
                _results[completion.UserData] = completion.Result;
            }

            connection.SystemCalls += _ring.CallsCount - callsBefore;
            connection.ChunkTimes.Mark();
            return Advance(chunksCount, lengthBytes);
        }

        // What followed a failed or short request was cancelled, and is sent by the next chain.
        private long Advance(int chunksCount, long lengthBytes)
        {
            long doneBytes = 0;
            for (int chunk = 0; chunk < chunksCount; chunk++)
            {
                int chunkBytes = LengthOf(chunk, lengthBytes);
                int read = _results[2 * chunk];
                int sent = _results[(2 * chunk) + 1];
                if (read < 0) throw connection.FailureOf("io_uring read", -read);
                if (read < chunkBytes) throw connection.ShortFile();
                if (sent < 0) throw connection.FailureOf("io_uring send", -sent);
                doneBytes += sent;
                if (sent < chunkBytes)
                {
                    connection.SendAll(_buffers + ((long)chunk * _chunkBytes) + sent, chunkBytes - sent, 0);
                    return doneBytes + chunkBytes - sent;
                }
            }

            return doneBytes;
        }
    }
}
