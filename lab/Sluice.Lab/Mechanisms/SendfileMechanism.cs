using Sluice.Lab.Interop;

namespace Sluice.Lab.Mechanisms;

/// <summary>sendfile(2), called directly on a blocking socket.</summary>
internal sealed class SendfileMechanism : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => "sendfile";

    /// <inheritdoc/>
    public override string Description => "sendfile, called directly, on a blocking socket";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("0 (1 without scatter-gather)", "2", "1", ProgramSeesData: false);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed unsafe class Sender(SendConnection connection) : IRegionSender
    {
        public void Send(long positionBytes, long lengthBytes)
        {
            long endBytes = positionBytes + lengthBytes;
            while (positionBytes < endBytes)
            {
                nint sent = LibC.sendfile(
                    connection.SocketFd, connection.FileFd, &positionBytes, (nuint)Math.Min(connection.Plan.ChunkBytes, endBytes - positionBytes));
                connection.SystemCalls++;
                if (sent == 0) throw connection.ShortFile();
                if (sent < 0) connection.ThrowUnlessInterrupted("sendfile");
                else connection.ChunkTimes.Mark();
            }
        }

        public void Dispose()
        {
        }
    }
}
