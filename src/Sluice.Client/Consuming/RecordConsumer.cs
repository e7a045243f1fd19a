using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sluice.Client.Admin;

namespace Sluice.Client.Consuming;

/// <summary>Reads chosen partitions, from chosen positions, up to the end of the log or for ever.</summary>
/// <remarks>
/// Assign, then read once. Reads ahead by a few answers while records are looked at. Records of one partition come in the order of their
/// offsets; partitions come as they arrive. Not for several callers at once.
/// </remarks>
public sealed partial class RecordConsumer : IAsyncDisposable
{
    // Answers that may wait to be looked at: one to hide the broker's time, one for whatever arrives meanwhile.
    private const int WaitingAnswersMax = 2;

    private readonly KafkaCluster _cluster;
    private readonly RecordConsumerOptions _options;
    private readonly AdminClient _admin;
    private readonly BrokerConnections _connections;
    private readonly List<ConsumedPartition> _partitions = [];
    private bool _isReading;

    /// <summary>Creates a consumer without partitions.</summary>
    /// <param name="cluster">Borrowed; to be disposed after the consumer.</param>
    /// <param name="options">Null = defaults.</param>
    public RecordConsumer(KafkaCluster cluster, RecordConsumerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        _options = options ?? new RecordConsumerOptions();
        _admin = new AdminClient(cluster);
        _connections = new BrokerConnections(cluster.Options);
    }

    /// <summary>Adds a partition to those that will be read.</summary>
    /// <param name="topic">Its topic.</param>
    /// <param name="partition">0 or more; not assigned yet.</param>
    /// <param name="start">Where to start.</param>
    public void Assign(string topic, int partition, StartPosition start)
    {
        ThrowIfReading();
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        _partitions.Add(new ConsumedPartition(topic, partition, start));
    }

    /// <summary>Adds every partition of a topic to those that will be read.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="start">Where to start in each.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaException">There is no such topic.</exception>
    public async Task AssignAllAsync(string topic, StartPosition start, CancellationToken cancellationToken = default)
    {
        TopicMetadata metadata = await _cluster.TopicAsync(topic, cancellationToken).ConfigureAwait(false);
        foreach (PartitionMetadata partition in metadata.Partitions) Assign(topic, partition.Index, start);
    }

    /// <summary>Reads records.</summary>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The records; ends at the end of the log unless <see cref="RecordConsumerOptions.Follow"/>.</returns>
    /// <exception cref="KafkaException">A position is outside its log, data is damaged, or a broker refused.</exception>
    public async IAsyncEnumerable<ConsumedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (FetchedBatch batch in ReadBatchesAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (ConsumedRecord record in RecordDecoder.Decode(batch, _options.DecompressedBytesMax)) yield return record;
        }
    }

    /// <summary>Reads batches without looking into them.</summary>
    /// <param name="cancellationToken">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The batches; ends at the end of the log unless <see cref="RecordConsumerOptions.Follow"/>.</returns>
    /// <exception cref="KafkaException">A position is outside its log, data is damaged, or a broker refused.</exception>
    public async IAsyncEnumerable<FetchedBatch> ReadBatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfReading();
        _isReading = true;
        var answers = Channel.CreateBounded<IReadOnlyList<FetchedBatch>>(new BoundedChannelOptions(WaitingAnswersMax) { SingleWriter = true });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task fetching = FetchAllAsync(answers.Writer, stopping.Token);
        try
        {
            await foreach (IReadOnlyList<FetchedBatch> batches in answers.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (FetchedBatch batch in batches) yield return batch;
            }
        }
        finally
        {
            // Fetching ends with the channel; what made it fail came through the channel already.
            await stopping.CancelAsync().ConfigureAwait(false);
            await fetching.ConfigureAwait(false);
        }
    }

    /// <summary>Closes the consumer's connections.</summary>
    /// <returns>Completes when nothing runs any more.</returns>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private void ThrowIfReading()
    {
        if (_isReading) throw new InvalidOperationException("The consumer is reading already.");
    }
}
