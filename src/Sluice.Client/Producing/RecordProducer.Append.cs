using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Client.Producing;

public sealed partial class RecordProducer
{
    private async Task<(ProducerBatch Batch, int Index, int Partition)> AddAsync(OutgoingRecord record, CancellationToken cancellationToken)
    {
        TopicMetadata topic = await _cluster.TopicAsync(record.Topic, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            Task spaceFreed;
            lock (_lock)
            {
                if (TryAdd(record, topic, out ProducerBatch? batch, out int index, out int partition)) return (batch!, index, partition);
                spaceFreed = (_spaceFreed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            Wake();
            await spaceFreed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // False = the buffer is full.
    private bool TryAdd(in OutgoingRecord record, TopicMetadata topic, out ProducerBatch? batch, out int index, out int partition)
    {
        ReadOnlySpan<RecordHeader> headers = record.Headers.Span;
        int sizeBytes = RecordBatchBuilder.RecordSizeBytesMax(record.Key?.Length ?? 0, record.Value?.Length ?? 0, headers);
        bool hasNews;
        lock (_lock)
        {
            ThrowIfEnded();
            batch = null;
            index = partition = -1;
            if (_bufferedBytes > 0 && _bufferedBytes + sizeBytes > _options.BufferBytesMax) return false;

            partition = ChoosePartition(record, topic);
            ProducerPartition target = PartitionOf(topic, partition);
            hasNews = CloseIfFull(target, sizeBytes);
            if (hasNews)
            {
                // Without a key the next batch belongs to the next partition.
                partition = ChoosePartition(record, topic);
                target = PartitionOf(topic, partition);
                CloseIfFull(target, sizeBytes);
            }

            if (target.Open is null)
            {
                hasNews = true;
                target.OpenNew(new ProducerBatch(RentBuilder(), ++_lastBatchNumber, _time.GetTimestamp()));
            }

            batch = target.Open!;
            index = batch.Builder.RecordsCount;
            Append(batch.Builder, record, headers);
            Count(batch, record, sizeBytes);
        }

        if (hasNews) Wake();
        return true;
    }

    private void Append(RecordBatchBuilder builder, in OutgoingRecord record, ReadOnlySpan<RecordHeader> headers)
    {
        long timestampMs = record.TimestampMs ?? _time.GetUtcNow().ToUnixTimeMilliseconds();
        NullableBytes key = record.Key is { } keyBytes ? new NullableBytes(keyBytes.Span) : NullableBytes.Null;
        NullableBytes value = record.Value is { } valueBytes ? new NullableBytes(valueBytes.Span) : NullableBytes.Null;
        builder.Append(timestampMs, key, value, headers);
    }

    private void Count(ProducerBatch batch, in OutgoingRecord record, int sizeBytes)
    {
        int contentBytes = (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        batch.ReservedBytes += sizeBytes;
        batch.ContentBytes += contentBytes;
        _bufferedBytes += sizeBytes;
        _outstandingCount++;
        _counts = _counts with { AppendedCount = _counts.AppendedCount + 1, AppendedBytes = _counts.AppendedBytes + contentBytes };
    }

    private bool CloseIfFull(ProducerPartition target, int sizeBytes)
    {
        if (target.Open is not { } open || open.Builder.UncompressedSizeBytes + sizeBytes <= _options.BatchBytes) return false;
        Close(target);
        return true;
    }

    private void Close(ProducerPartition target)
    {
        target.Close();
        if (_stickyPartitions.TryGetValue(target.Topic, out int sticky) && sticky == target.Index) _stickyPartitions[target.Topic] = sticky + 1;
    }

    private int ChoosePartition(in OutgoingRecord record, TopicMetadata topic)
    {
        int count = topic.Partitions.Count;
        if (record.Partition is { } chosen)
        {
            if (topic.Find(chosen) is not null) return chosen;
            string has = count == 1 ? "1 partition" : $"{count} partitions";
            throw new KafkaException(ErrorCode.InvalidPartitions, $"topic '{topic.Name}' has {has}, counted from 0; there is no partition {chosen}");
        }

        if (record.Key is { } key) return Murmur2.Partition(key.Span, count);
        int sticky = _stickyPartitions.GetValueOrDefault(topic.Name) % count;
        _stickyPartitions[topic.Name] = sticky;
        return sticky;
    }

    private ProducerPartition PartitionOf(TopicMetadata topic, int index)
    {
        if (_partitionsByName.TryGetValue((topic.Name, index), out ProducerPartition? partition)) return partition;
        partition = new ProducerPartition(topic.Name, index);
        _partitionsByName.Add((topic.Name, index), partition);
        _partitions.Add(partition);
        return partition;
    }

    private RecordBatchBuilder RentBuilder()
    {
        RecordBatchBuilder builder = _spareBuilders.Count > 0 ? _spareBuilders.Pop() : new RecordBatchBuilder();
        builder.CompressionType = _options.Compression;
        builder.ProducerId = _producerId;
        builder.ProducerEpoch = _producerEpoch;
        return builder;
    }

    // Large builders are not kept: a single huge record must not be remembered forever.
    private void ReturnBuilder(RecordBatchBuilder builder)
    {
        if (_spareBuilders.Count >= SpareBuildersMax || builder.UncompressedSizeBytes > 2L * _options.BatchBytes) return;
        builder.Clear();
        builder.BaseSequence = RecordBatchFormat.NoSequence;
        _spareBuilders.Push(builder);
    }

    private void ThrowIfEnded()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        if (_end is { } end) throw new KafkaException(end.Error, end.Message, end);
    }
}
