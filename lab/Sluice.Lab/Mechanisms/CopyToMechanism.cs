using System.Net.Sockets;

namespace Sluice.Lab.Mechanisms;

/// <summary>.NET's usual way: Stream.CopyToAsync from a file to a NetworkStream.</summary>
internal sealed class CopyToMechanism : ISendMechanism
{
    /// <inheritdoc/>
    public string Name => "copyto";

    /// <inheritdoc/>
    public string Description => "Stream.CopyToAsync from the file to a NetworkStream";

    /// <inheritdoc/>
    public Theory Theory { get; } = new("2", "2", "2", ProgramSeesData: true);

    /// <inheritdoc/>
    public int DefaultChunkBytes => 80 << 10; // The buffer that the runtime takes by itself: below the large object heap.

    /// <inheritdoc/>
    public bool HasFixedChunk => false;

    /// <inheritdoc/>
    public string? WhyNotOffered() => null;

    /// <inheritdoc/>
    public async Task SendAsync(SendConnection connection)
    {
        connection.SystemCalls = null;
        await using var stream = new NetworkStream(connection.Socket, ownsSocket: false);
        connection.ChunkTimes.Begin();
        foreach ((long positionBytes, long lengthBytes) in connection.Transfers())
        {
            if (!connection.Header.IsEmpty) await stream.WriteAsync(connection.Header);
            await using var region = new RegionStream(connection, positionBytes, lengthBytes);
            await region.CopyToAsync(stream, connection.Plan.ChunkBytes);
        }
    }
}
