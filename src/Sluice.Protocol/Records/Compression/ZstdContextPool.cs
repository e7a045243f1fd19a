namespace Sluice.Protocol.Records.Compression;

/// <summary>Keeps a bounded number of contexts for reuse, and frees the rest. Any thread may rent and return.</summary>
internal sealed class ZstdContextPool<TContext>
    where TContext : class, IZstdContext<TContext>
{
    private const int SlotsMax = 16;

    // A context grows to its largest use and never shrinks: one that a rare large batch has blown up is not worth keeping.
    private const long KeptBytesMax = 16 << 20;

    private readonly TContext?[] _slots = new TContext?[Math.Min(Environment.ProcessorCount, SlotsMax)];

    /// <summary>Takes a kept context or makes one. It goes back by <see cref="Return"/>, always.</summary>
    /// <returns>A context in any state: reset it before use.</returns>
    internal TContext Rent()
    {
        for (int index = 0; index < _slots.Length; index++)
        {
            if (_slots[index] is not null && Interlocked.Exchange(ref _slots[index], null) is { } context) return context;
        }

        return TContext.Create();
    }

    /// <summary>Keeps a rented context, or frees it where there is no room for it.</summary>
    /// <param name="context">Not to be used any more.</param>
    internal void Return(TContext context)
    {
        if (context.SizeBytes <= KeptBytesMax)
        {
            for (int index = 0; index < _slots.Length; index++)
            {
                if (_slots[index] is null && Interlocked.CompareExchange(ref _slots[index], context, null) is null) return;
            }
        }

        context.Dispose();
    }
}
