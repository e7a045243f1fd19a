using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>The file mapped into memory, and sent from there. mmap(2), send(2).</summary>
internal sealed class MmapSendMechanism : BlockingMechanism
{
    // mmap, madvise, munmap.
    private const int CallsPerMapping = 3;

    /// <inheritdoc/>
    public override string Name => "mmap-send";

    /// <inheritdoc/>
    public override string Description => "map the file, write to the socket from the mapping";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("1", "2", "1, and page faults", ProgramSeesData: true);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        public void Send(long positionBytes, long lengthBytes)
        {
            using var mapping = new FileMapping(connection.FileFd, positionBytes, lengthBytes);
            connection.SystemCalls += CallsPerMapping;
            for (long doneBytes = 0; doneBytes < lengthBytes;)
            {
                long chunkBytes = Math.Min(connection.Plan.ChunkBytes, lengthBytes - doneBytes);
                connection.SendAll(mapping.Bytes + doneBytes, chunkBytes, 0);
                connection.ChunkTimes.Mark();
                doneBytes += chunkBytes;
            }
        }

        public void Dispose()
        {
        }
    }
}
