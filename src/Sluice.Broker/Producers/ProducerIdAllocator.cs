using Sluice.Broker.Topics;
using Sluice.Metadata;

namespace Sluice.Broker.Producers;

/// <summary>Hands out producer ids that no producer has had before, on any run of the broker.</summary>
/// <remarks>Takes them from the metadata in blocks, so that one in a thousand costs a flush. A block that was begun is not finished after a restart.</remarks>
internal sealed class ProducerIdAllocator(TopicManager topics, int brokerId) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _nextId;
    private long _endId;

    /// <summary>The next id.</summary>
    public async ValueTask<long> NextAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_nextId == _endId)
            {
                long firstId = 0;
                await topics.ChangeAsync(
                    current =>
                    {
                        firstId = current.Image.NextProducerId;
                        return [ProducerIdBlockAllocated.Next(current.Image, brokerId)];
                    },
                    cancellationToken).ConfigureAwait(false);
                _nextId = firstId;
                _endId = firstId + ProducerIdBlockAllocated.BlockCount;
            }
            return _nextId++;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
