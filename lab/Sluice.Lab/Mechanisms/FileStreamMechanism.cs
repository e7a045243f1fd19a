using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Mechanisms;

/// <summary>The classic loop as it is written in .NET: FileStream.Read into an array, Socket.Send from it.</summary>
internal sealed class FileStreamMechanism(int bufferBytes) : BlockingMechanism
{
    /// <inheritdoc/>
    public override string Name => $"filestream-{ByteSize.Short(bufferBytes)}";

    /// <inheritdoc/>
    public override string Description => $"FileStream.Read {ByteSize.Format(bufferBytes)} into an array, Socket.Send from it";

    /// <inheritdoc/>
    public override Theory Theory { get; } = new("2", "2", "2", ProgramSeesData: true);

    /// <inheritdoc/>
    public override int DefaultChunkBytes => bufferBytes;

    /// <inheritdoc/>
    public override bool HasFixedChunk => true;

    /// <inheritdoc/>
    protected override IRegionSender Open(SendConnection connection) => new Sender(connection);

    private sealed class Sender(SendConnection connection) : IRegionSender
    {
        private readonly byte[] _buffer = new byte[connection.Plan.ChunkBytes];

        // Without a buffer of its own: this loop's is large enough, and a second one would be a third copy.
        private readonly FileStream _file = new(connection.Plan.FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

        public void Send(long positionBytes, long lengthBytes)
        {
            _file.Position = positionBytes;
            while (lengthBytes > 0)
            {
                int read = _file.Read(_buffer, 0, (int)Math.Min(_buffer.Length, lengthBytes));
                connection.SystemCalls++;
                if (read == 0) throw connection.ShortFile();
                for (int sent = 0; sent < read;)
                {
                    sent += connection.Socket.Send(_buffer.AsSpan(sent, read - sent));
                    connection.SystemCalls++;
                }

                connection.ChunkTimes.Mark();
                lengthBytes -= read;
            }
        }

        public void Dispose() => _file.Dispose();
    }
}
