using Sluice.Log.Segments;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Support;

/// <summary>A log of one idempotent producer whose record number n is at offset n, with what was promised of it.</summary>
/// <remarks>Records that an append returned survive a kill; those that a flush covered survive a power cut as well.</remarks>
internal sealed class CrashedLog(LogFixture fixture, DyingFileIo io)
{
    private const long ProducerId = 7;

    private long _sentCount;
    private long _acknowledgedCount;
    private long _flushedCount;
    private long _startOffset;
    private long _flushedStartOffset;
    private bool _mayBeGone;
    private bool _mustBeGone;
    private (TopicPartition Partition, Uuid TopicId)? _other;

    public LogFixture Fixture { get; } = fixture;

    public DyingFileIo Io { get; } = io;

    /// <summary>The same promises of a copy.</summary>
    public CrashedLog On(LogFixture copy, DyingFileIo itsIo) => new(copy, itsIo)
    {
        // The original was closed in order, which flushes.
        _sentCount = _sentCount,
        _acknowledgedCount = _acknowledgedCount,
        _flushedCount = _acknowledgedCount,
        _startOffset = _startOffset,
        _flushedStartOffset = _startOffset,
    };

    /// <summary>Appends a batch of so many records.</summary>
    public void Append(int recordsCount, int leaderEpoch = 0)
    {
        long baseOffset = _acknowledgedCount;
        _sentCount = baseOffset + recordsCount;
        AppendResult result = Fixture.Append(Batches.Idempotent(ProducerId, 0, (int)baseOffset, recordsCount), leaderEpoch);
        if (result.ErrorCode == ErrorCode.KafkaStorageError)
        {
            throw new IOException("The append was refused.");
        }

        result.BaseOffset.ShouldBe(baseOffset);
        _acknowledgedCount = _sentCount;
    }

    public async Task FlushAsync()
    {
        long acknowledgedCount = _acknowledgedCount;
        await Fixture.Log.FlushAsync();
        _flushedCount = acknowledgedCount;
    }

    /// <summary>Removes segments by the settings, and then their files.</summary>
    public void RunRetention()
    {
        int removedCount = Fixture.Log.RemoveOldSegments();
        Fixture.Manager.LogDirectory.ThrowIfOffline();
        removedCount.ShouldBeGreaterThan(0);
        _startOffset = Fixture.Log.LogStartOffset;
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(Fixture.Config.FileDeleteDelayMs));
    }

    /// <summary>Raises the log start offset; only a checkpoint makes it last.</summary>
    public void DeleteRecords(long beforeOffset) => Fixture.Log.DeleteRecords(beforeOffset, out _).ShouldBe(ErrorCode.None);

    public void Checkpoint()
    {
        long startOffset = Fixture.Log.LogStartOffset;
        Fixture.Manager.CheckpointAll();
        _startOffset = startOffset;
        _flushedStartOffset = startOffset;
    }

    /// <summary>Deletes the partition, and then its files.</summary>
    public void Delete()
    {
        _mayBeGone = true;
        Fixture.Manager.Delete(LogFixture.Partition);
        _mustBeGone = true;
        Fixture.Time.Advance(TimeSpan.FromMilliseconds(Fixture.Config.FileDeleteDelayMs));
    }

    /// <summary>Promises another partition, empty.</summary>
    public void MustHave(TopicPartition partition, Uuid topicId) => _other = (partition, topicId);

    public async Task StopAsync()
    {
        await Fixture.Manager.DisposeAsync();
        if (File.Exists(Path.Combine(Fixture.LogDirectory, ".kafka_cleanshutdown")))
        {
            _flushedCount = _acknowledgedCount;
        }
    }

    /// <summary>Ends the process with no chance to write anything.</summary>
    public async Task KillAsync()
    {
        Io.Die();
        await Fixture.Manager.DisposeAsync();
    }

    public void CutPower(Random random)
    {
        bool losesAll = random.Next(3) == 0;
        Io.CutPower(() => losesAll || random.Next(2) == 0, inOrder: true);
        _acknowledgedCount = _flushedCount;
        _startOffset = _flushedStartOffset;
    }

    /// <summary>Checks everything that can be seen of the log.</summary>
    public void ShouldBeRight(string context)
    {
        if (_other is { } other)
        {
            Fixture.Manager.Find(other.Partition).ShouldNotBeNull(context).TopicId.ShouldBe(other.TopicId, context);
        }

        if (Fixture.Manager.Find(LogFixture.Partition) is not { } log)
        {
            _mayBeGone.ShouldBeTrue(context);
            Directory.Exists(Fixture.PartitionDirectory).ShouldBeFalse(context);
            return;
        }

        _mustBeGone.ShouldBeFalse($"the deleted partition is back: {context}");
        log.TopicId.ShouldBe(LogFixture.TopicId, context);
        log.LogStartOffset.ShouldBeGreaterThanOrEqualTo(_startOffset, context);
        log.LogEndOffset.ShouldBeInRange(_acknowledgedCount, Math.Max(_sentCount, _acknowledgedCount), context);
        log.HighWatermark.ShouldBe(log.LogEndOffset, context);
        // Whatever is there now was there before it was looked at, and may be relied on by whoever looked.
        _acknowledgedCount = log.LogEndOffset;
        _sentCount = log.LogEndOffset;
        CheckRecords(log, context);
        foreach (LogSegment segment in log.Segments.SkipLast(1))
        {
            IndexSanity.Check(segment, everyEntry: true).ShouldBeNull(context);
        }

        Directory.GetFiles(Fixture.PartitionDirectory).Concat(Directory.GetFiles(Fixture.LogDirectory))
            .Where(path => Path.GetExtension(path) is ".cleaned" or ".swap" or ".deleted").ShouldBeEmpty(context);
    }

    /// <summary>The producer goes on where the log ends, and nowhere else; what it sends is flushed.</summary>
    public async Task GoOnAsync(string context)
    {
        if (Fixture.Manager.Find(LogFixture.Partition) is null)
        {
            Fixture.Manager.Create(LogFixture.Partition, LogFixture.TopicId, Fixture.Config);
            _mayBeGone = _mustBeGone = false;
            _sentCount = _acknowledgedCount = _flushedCount = _startOffset = _flushedStartOffset = 0;
        }
        else if (KeyedRecord.ReadBatches(Fixture.Log) is [.., { } last])
        {
            var batch = new RecordBatchView(last);
            Fixture.Append(Batches.Idempotent(ProducerId, 0, batch.BaseSequence, batch.RecordsCount)).IsDuplicate.ShouldBeTrue(context);
            Fixture.Append(Batches.Idempotent(ProducerId, 0, (int)_acknowledgedCount + 5)).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber, context);
        }

        Append(2, leaderEpoch: 9);
        Append(1, leaderEpoch: 9);
        await FlushAsync();
    }

    private static void CheckRecords(PartitionLog log, string context)
    {
        long nextOffset = log.LogStartOffset;
        foreach (byte[] bytes in KeyedRecord.ReadBatches(log))
        {
            var batch = new RecordBatchView(bytes);
            log.EpochForOffset(Math.Max(batch.BaseOffset, log.LogStartOffset)).ShouldBe(batch.PartitionLeaderEpoch, context);
            foreach (KeyedRecord record in KeyedRecord.Of(bytes).Where(record => record.Offset >= log.LogStartOffset))
            {
                record.Offset.ShouldBe(nextOffset++, context);
                record.Value.ShouldBe($"{record.Offset}", context);
            }
        }

        nextOffset.ShouldBe(log.LogEndOffset, context);
    }
}
