namespace Sluice.Lab.Mechanisms;

/// <summary>A mechanism whose calls block: each connection has a thread of its own, as a C program would have it.</summary>
internal abstract class BlockingMechanism : ISendMechanism
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <inheritdoc/>
    public abstract Theory Theory { get; }

    /// <inheritdoc/>
    public abstract int DefaultChunkBytes { get; }

    /// <inheritdoc/>
    public virtual bool HasFixedChunk => false;

    /// <inheritdoc/>
    public virtual string? WhyNotOffered() => null;

    /// <inheritdoc/>
    public Task SendAsync(SendConnection connection) => Task.Factory.StartNew(
        () => SendAll(connection), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Makes what one connection needs; disposed after its last transfer.</summary>
    protected abstract IRegionSender Open(SendConnection connection);

    private void SendAll(SendConnection connection)
    {
        using IRegionSender sender = Open(connection);
        connection.ChunkTimes.Begin();
        foreach ((long positionBytes, long lengthBytes) in connection.Transfers())
        {
            connection.SendHeader();
            sender.Send(positionBytes, lengthBytes);
            connection.EndTransfer();
        }
    }
}
