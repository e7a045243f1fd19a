namespace Sluice.Metadata;

/// <summary>A broker took a range of producer ids, to hand them out one by one. What is left of it at a restart is never used.</summary>
/// <param name="FirstProducerId">The first id; not below any id taken before.</param>
/// <param name="Count">How many ids; at least 1.</param>
/// <param name="BrokerId">Who took them; -1 in a snapshot.</param>
public sealed record ProducerIdBlockAllocated(long FirstProducerId, int Count, int BrokerId) : MetadataChange
{
    /// <summary>How many ids a broker takes at a time, as in Kafka.</summary>
    public const int BlockCount = 1000;

    /// <summary>The block that comes next.</summary>
    /// <param name="image">The image that the change will be committed against.</param>
    /// <param name="brokerId">Who takes it.</param>
    public static ProducerIdBlockAllocated Next(MetadataImage image, int brokerId)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ProducerIdBlockAllocated(image.NextProducerId, BlockCount, brokerId);
    }

    /// <summary>A change after which ids below a limit are taken, whoever took them.</summary>
    /// <param name="nextProducerId">The first id that is free; at least 1.</param>
    public static ProducerIdBlockAllocated UpTo(long nextProducerId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nextProducerId, 1);
        int count = (int)Math.Min(nextProducerId, BlockCount);
        return new ProducerIdBlockAllocated(nextProducerId - count, count, BrokerId: -1);
    }

    internal override MetadataImage ApplyTo(MetadataImage image)
    {
        if (Count < 1) throw new MetadataChangeException($"A block of {Count} producer ids is none.");
        if (FirstProducerId < image.NextProducerId)
        {
            throw new MetadataChangeException($"Producer ids from {FirstProducerId} on are taken: the next free one is {image.NextProducerId}.");
        }
        if (FirstProducerId > long.MaxValue - Count) throw new MetadataChangeException("There are no producer ids left.");
        return image.WithNextProducerId(FirstProducerId + Count);
    }
}
