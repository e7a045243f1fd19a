using System.Runtime.InteropServices;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>The classic loop: read into a buffer, write it to the socket, by direct calls. pread(2), send(2).</summary>
internal sealed class ReadWriteMechanism(int bufferBytes) : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => $"read-write-{ByteSize.Short(bufferBytes)}";

    /// <inheritdoc/>
    public override string Description => $"read {ByteSize.Format(bufferBytes)} into a buffer, write it to the socket";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("2", "2", "2", ProgramSeesData: true);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => bufferBytes;

    /// <inheritdoc/>
    public override bool HasFixedChunk => true;

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        private const nuint PageBytes = 4096;

        private readonly int _bufferBytes = connection.Plan.ChunkBytes;
        private readonly byte* _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)connection.Plan.ChunkBytes, PageBytes);

        public void Send(long positionBytes, long lengthBytes)
        {
            while (lengthBytes > 0)
            {
                nint read = LibC.pread(connection.FileFd, _buffer, (nuint)Math.Min(_bufferBytes, lengthBytes), positionBytes);
                connection.SystemCalls++;
                if (read == 0) throw connection.ShortFile();
                if (read < 0)
                {
                    connection.ThrowUnlessInterrupted("pread");
                    continue;
                }

                connection.SendAll(_buffer, read, 0);
                connection.ChunkTimes.Mark();
                positionBytes += read;
                lengthBytes -= read;
            }
        }

        public void Dispose() => NativeMemory.AlignedFree(_buffer);
    }
}
