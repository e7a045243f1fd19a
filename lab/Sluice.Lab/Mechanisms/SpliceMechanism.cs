using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>File to pipe to socket by reference: what sendfile(2) does inside the kernel, done by hand. splice(2).</summary>
internal sealed class SpliceMechanism : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => "splice";

    /// <inheritdoc/>
    public override string Description => "splice from the file into a pipe, splice from the pipe to the socket";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("0 (1 without scatter-gather)", "2", "2", ProgramSeesData: false);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        private readonly Pipe _pipe = new(connection.Plan.ChunkBytes);

        public void Send(long positionBytes, long lengthBytes)
        {
            long endBytes = positionBytes + lengthBytes;
            while (positionBytes < endBytes)
            {
                nuint wantedBytes = (nuint)Math.Min(_pipe.CapacityBytes, endBytes - positionBytes);
                nint inPipe = LibC.splice(connection.FileFd, &positionBytes, _pipe.WriteFd, null, wantedBytes, LibC.SPLICE_F_MOVE);
                connection.SystemCalls++;
                if (inPipe == 0) throw connection.ShortFile();
                if (inPipe < 0)
                {
                    connection.ThrowUnlessInterrupted("splice from the file");
                    continue;
                }

                Drain(inPipe, isLast: positionBytes >= endBytes);
                connection.ChunkTimes.Mark();
            }
        }

        public void Dispose() => _pipe.Dispose();

        private void Drain(nint bytes, bool isLast)
        {
            while (bytes > 0)
            {
                nint sent = LibC.splice(_pipe.ReadFd, null, connection.SocketFd, null, (nuint)bytes, LibC.SPLICE_F_MOVE | (isLast ? 0 : LibC.SPLICE_F_MORE));
                connection.SystemCalls++;
                if (sent < 0) connection.ThrowUnlessInterrupted("splice to the socket");
                else bytes -= sent;
            }
        }
    }
}
