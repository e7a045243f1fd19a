using Sluice.Lab.CommandLine;
using Sluice.Lab.Measuring;
using Sluice.Transfer;

namespace Sluice.Lab.Mechanisms;

/// <summary>The library that the broker sends with: sendfile on a non-blocking socket, an asynchronous wait where it is full.</summary>
internal sealed class SluiceMechanism : ISendMechanism
{
    private const int SmallestChunkBytes = 64 << 10;

    /// <inheritdoc/>
    public string Name => "sluice";

    /// <inheritdoc/>
    public string Description => "Sluice.Transfer: sendfile on a non-blocking socket, an asynchronous wait where it is full";

    /// <inheritdoc/>
    public Theory Theory { get; } = new("0 (1 without scatter-gather)", "2", "1, and 3 to see what is in memory", ProgramSeesData: false);

    /// <inheritdoc/>
    public int DefaultChunkBytes => 1 << 20;

    /// <inheritdoc/>
    public bool HasFixedChunk => false;

    /// <inheritdoc/>
    public string? WhyNotOffered() => null;

    /// <inheritdoc/>
    public async Task SendAsync(SendConnection connection)
    {
        TransferPlan plan = connection.Plan;
        using var metrics = new TransferMetrics();
        var options = new TransferOptions { ChunkBytes = Math.Max(plan.ChunkBytes, SmallestChunkBytes), ContinueInline = true };
        var file = new TransferFile(File.OpenHandle(plan.FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), plan.FilePath);
        TransferChannel channel = TransferChannel.Create(connection.Socket, options, metrics);
        using var frame = new ResponseFrame();
        try
        {
            connection.ChunkTimes.Begin();
            foreach ((long positionBytes, long lengthBytes) in connection.Transfers())
            {
                if (!connection.Header.IsEmpty) frame.Append(connection.Header);
                for (long doneBytes = 0; doneBytes < lengthBytes;)
                {
                    int chunkBytes = (int)Math.Min(plan.ChunkBytes, lengthBytes - doneBytes);
                    if (!file.TryAddReference()) throw new InvalidOperationException("The file was closed while it was sent.");
                    frame.Append(new FileRegion(file, positionBytes + doneBytes, chunkBytes));
                    await channel.SendAsync(frame, CancellationToken.None);
                    frame.Clear();
                    connection.ChunkTimes.Mark();
                    doneBytes += chunkBytes;
                }
            }
        }
        catch (TransferException exception)
        {
            throw exception.Reason switch
            {
                TransferFailure.ShortFile => connection.ShortFile(),
                TransferFailure.PeerClosed => SendConnection.ReceiverGone(),
                _ => new SendFailedException(exception.Message),
            };
        }
        finally
        {
            await channel.DisposeAsync();
            frame.Clear();
            file.Release();
            TransferCounters counted = metrics.Read();
            connection.SystemCalls = counted.SendFileCalls + counted.CopyCalls + counted.MemoryCalls + counted.Waits;
            if (counted.ColdBytes > 0) connection.Remark = $"{ByteSize.Format(counted.ColdBytes)} were not in memory and went through I/O threads";
        }
    }
}
