using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Configs;
using Sluice.Log;
using Sluice.Metadata;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Topics;

/// <summary>
/// Keeps the partitions on this broker in step with the metadata: makes logs for what was created, removes those of
/// what was deleted, and publishes a new <see cref="TopicTable"/> when, and only when, everything in it can be used.
/// </summary>
/// <remarks>
/// Changes go one at a time through <see cref="ChangeAsync"/>; readers take <see cref="Table"/> without a lock. A topic
/// is in the table before its creation is answered, so a client that was told of it can use it at once. A partition whose log
/// cannot be made, for want of room perhaps, is there without one, answered with KAFKA_STORAGE_ERROR, and tried again until
/// <see cref="DisposeAsync"/>.
/// </remarks>
internal sealed class TopicManager(IMetadataStore store, LogStore logs, SettingsSource settings, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>How often partitions are tried again whose logs could not be made: soon enough for a client that retries for two minutes.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Task _retrying = Task.CompletedTask;
    private volatile TopicTable _table = new(store.Current, []);

    /// <summary>Every topic now.</summary>
    public TopicTable Table => _table;

    /// <summary>Called after every change with the table before and the one after, one change at a time; must be quick and must not throw.</summary>
    public event Action<TopicTable, TopicTable>? TableChanged;

    /// <summary>Brings up the partitions that the metadata knows, adopting a data directory that came without metadata.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Where Kafka's metadata was taken over and has no topics, what lies here is of deleted ones.
            if (store.Current is { TopicsByName.Count: 0, TakenOver: null } && logs.Logs.Count > 0) await AdoptAsync(cancellationToken).ConfigureAwait(false);
            Apply(store.Current, isStart: true);
            _retrying = RetryAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What a client is told whose topic is there, but a log of it is not.</summary>
    public static string MissingLogMessage(int partitionIndex) =>
        $"The log of partition {partitionIndex} could not be made; the broker's log has the reason. The change is stored, and the broker tries again every {RetryInterval.TotalSeconds:0} seconds.";

    /// <summary>
    /// Makes changes that <paramref name="decide"/> derives from the present state, commits them, and applies them.
    /// </summary>
    /// <param name="decide">Sees the state that no other change can alter meanwhile; returns nothing to leave it alone.</param>
    /// <param name="cancellationToken">Gives up before the commit, never after.</param>
    /// <returns>The table after the change.</returns>
    public async ValueTask<TopicTable> ChangeAsync(Func<TopicTable, IReadOnlyList<MetadataChange>> decide, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                IReadOnlyList<MetadataChange> changes = decide(_table);
                if (changes.Count == 0) return _table;
                CommitResult result = await store.CommitAsync(changes, _table.Image.Version, CancellationToken.None).ConfigureAwait(false);
                Apply(result.Image);
                if (result.IsCommitted) return _table;
                // Somebody else's change came first (producer ids, another broker): decide again on what is true now.
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Finds a topic, or makes it with the broker's defaults where that is allowed.</summary>
    /// <returns>The topic, or the error that a client is answered.</returns>
    public async ValueTask<(TopicState? Topic, ErrorCode Error)> FindOrCreateAsync(string name, bool mayCreate, CancellationToken cancellationToken)
    {
        if (TopicName.Validate(name) is not null) return (null, ErrorCode.InvalidTopicException);
        if (!mayCreate || !settings.Current.AutoCreateTopics || TopicName.IsInternal(name) || name == TopicName.ClusterMetadata)
            return (null, ErrorCode.UnknownTopicOrPartition);
        ErrorCode error = ErrorCode.None;
        TopicTable table;
        try
        {
            table = await ChangeAsync(
                current =>
                {
                    if (current.Find(name) is not null) return [];
                    NewTopic topic = new(name, PartitionCount: -1, ReplicationFactor: -1, Assignments: null, Configs: []);
                    TopicCreation creation = TopicCreation.Plan(topic, current, settings.Current, planned: []);
                    error = creation.Error;
                    return [.. creation.Changes];
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            // Told for this topic alone: whoever asked may have asked for others, which are there.
            BrokerLog.TopicNotCreated(logger, name, failure.Message);
            return (null, ErrorCode.KafkaStorageError);
        }
        // A refusal (a colliding name, say) is told as 'unknown': that is what clients of automatic creation understand.
        return (table.Find(name), error == ErrorCode.None ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition);
    }

    /// <summary>Makes one of the broker's own topics, unless it is there.</summary>
    /// <returns>NONE, or the error that clients are answered who need its coordinator.</returns>
    public async ValueTask<ErrorCode> CreateInternalAsync(NewTopic topic, CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            await ChangeAsync(
                current =>
                {
                    problem = null;
                    if (current.Find(topic.Name) is not null) return [];
                    TopicCreation creation = TopicCreation.Plan(topic, current, settings.Current, planned: []);
                    problem = creation.Message;
                    return [.. creation.Changes];
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            problem = failure.Message;
        }
        if (problem is null) return ErrorCode.None;
        BrokerLog.TopicNotCreated(logger, topic.Name, problem);
        return ErrorCode.CoordinatorNotAvailable;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _retrying.ConfigureAwait(false);
        _stopping.Dispose();
        _gate.Dispose();
    }

    /// <summary>Runs until the manager is disposed.</summary>
    private async Task RetryAsync()
    {
        using PeriodicTimer timer = new(RetryInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                if (!logs.IsOnline || _table.All.All(static topic => topic.IsComplete)) continue;
                await _gate.WaitAsync(_stopping.Token).ConfigureAwait(false);
                try
                {
                    Apply(_table.Image, isRetry: true);
                }
                finally
                {
                    _gate.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private async Task AdoptAsync(CancellationToken cancellationToken)
    {
        List<MetadataChange> changes = [];
        foreach (IGrouping<(string Topic, Uuid Id), PartitionLog> topic in logs.Logs.GroupBy(static log => (log.TopicPartition.Topic, log.TopicId)))
        {
            if (topic.Key.Id == Uuid.Zero || changes.Exists(change => change is TopicCreated created && created.Name == topic.Key.Topic)) continue;
            int count = topic.Max(static log => log.TopicPartition.Partition) + 1;
            changes.Add(new TopicCreated(topic.Key.Topic, topic.Key.Id, AdoptPartitions(count, topic)));
            BrokerLog.TopicAdopted(logger, topic.Key.Topic, count, topic.Key.Id);
        }
        if (changes.Count > 0) await store.CommitAsync(changes, store.Current.Version, cancellationToken).ConfigureAwait(false);
    }

    // The epochs of the broker that wrote the directory go on: clients that saw them would take a lower one for a step back in time.
    private ImmutableArray<PartitionImage> AdoptPartitions(int count, IEnumerable<PartitionLog> found)
    {
        Dictionary<int, PartitionLog> byPartition = found.ToDictionary(static log => log.TopicPartition.Partition);
        return
        [
            .. TopicCreation.PartitionsFrom(0, count, settings.Current.BrokerId).Select(image =>
                byPartition.TryGetValue(image.Index, out PartitionLog? log) ? image with { LeaderEpoch = Math.Max(0, log.LeaderEpoch) } : image),
        ];
    }

    private void Apply(MetadataImage image, bool isStart = false, bool isRetry = false)
    {
        TopicTable before = _table;
        if (!isRetry && ReferenceEquals(before.Image, image) && before.All.Count == image.TopicsByName.Count) return;
        List<TopicState> topics = new(image.TopicsByName.Count);
        List<Partition> removed = [];
        foreach (TopicImage topic in image.TopicsByName.Values)
        {
            TopicState? known = before.Find(topic.Name);
            if (known is not null && known.Id != topic.Id)
            {
                removed.AddRange(known.Partitions.OfType<Partition>());
                Remove(known);
                known = null;
            }
            topics.Add(Bring(topic, known, image, isStart));
        }
        foreach (TopicState gone in before.All)
        {
            if (image.TopicsByName.ContainsKey(gone.Name)) continue;
            removed.AddRange(gone.Partitions.OfType<Partition>());
            Remove(gone);
        }
        _table = new TopicTable(image, topics);
        // Only now: a fetch that wakes reads the new table.
        foreach (Partition partition in removed) partition.Remove();
        TableChanged?.Invoke(before, _table);
    }

    private TopicState Bring(TopicImage topic, TopicState? known, MetadataImage image, bool isStart)
    {
        TopicSettings topicSettings = settings.Topic(topic.Name);
        if (known is not null && ReferenceEquals(known.Image, topic) && ReferenceEquals(known.Settings, topicSettings) && known.IsComplete) return known;
        LogConfig config = LogConfigs.From(topicSettings);
        Partition?[] partitions = new Partition?[topic.Partitions.Length];
        for (int index = 0; index < partitions.Length; index++)
        {
            Partition? partition = known is not null && index < known.Partitions.Length ? known.Partitions[index] : null;
            bool isKnownMissing = known is not null && index < known.Partitions.Length && partition is null;
            partition ??= Open(topic, index, config, isKnownMissing, isNew: !isStart && !isKnownMissing);
            if (partition is not null)
            {
                partition.Log.Config = config;
                partition.Log.BeginLeaderEpoch(topic.Partitions[index].LeaderEpoch);
            }
            partitions[index] = partition;
        }
        if (known is null && !isStart) BrokerLog.TopicCreated(logger, topic.Name, partitions.Length, topic.Id);
        return new TopicState(topic, topicSettings, config, partitions);
    }

    private Partition? Open(TopicImage topic, int index, LogConfig config, bool isKnownMissing, bool isNew)
    {
        TopicPartition name = new(topic.Name, index);
        try
        {
            PartitionLog? log = logs.Find(name);
            if (log is not null && log.TopicId != topic.Id && log.TopicId != Uuid.Zero)
            {
                // Left over from a topic that was deleted, or put there by hand: never served, never destroyed.
                BrokerLog.StrayPartition(logger, name.ToString(), log.TopicId, topic.Id);
                logs.SetAside(name);
                log = null;
            }
            log ??= logs.Create(name, topic.Id, config, isNew);
            Partition partition = new(log);
            log.Listener = partition;
            if (isKnownMissing) BrokerLog.PartitionOnline(logger, name.ToString());
            return partition;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Once, and not again at every attempt.
            if (!isKnownMissing) BrokerLog.PartitionOffline(logger, failure, name.ToString());
            return null;
        }
    }

    private void Remove(TopicState topic)
    {
        TopicPartition[] partitions = [.. topic.Partitions.Where(static partition => partition is not null).Select(static partition => partition!.Log.TopicPartition)];
        try
        {
            logs.Delete(partitions);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            BrokerLog.PartitionOffline(logger, failure, topic.Name);
        }
        BrokerLog.TopicDeleted(logger, topic.Name, topic.Id);
    }
}
