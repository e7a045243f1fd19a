using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Metadata.Kafka;

/// <summary>Reads what Kafka's metadata quorum left on disk: the newest snapshot, and the log behind it.</summary>
/// <remarks>
/// Changes nothing. Every number in the files is a claim until it is checked. The log of the active segment may end in a batch that was cut off by a
/// power cut: nobody was told that it counts, so it does not. Damage anywhere else ends the reading: guessing could bring deleted topics back.
/// </remarks>
public sealed class KafkaMetadataReader
{
    private readonly KafkaMetadataReplay _replay = new();
    private readonly CancellationToken _cancellationToken;
    private long _endOffset;
    private int _epoch = RecordBatchFormat.NoLeaderEpoch;
    private long _cutBytes;

    private KafkaMetadataReader(CancellationToken cancellationToken) => _cancellationToken = cancellationToken;

    /// <summary>Name of the folder that holds the metadata log in every node's metadata directory.</summary>
    public static string FolderName => KafkaMetadataFiles.FolderName;

    /// <summary>Reads a metadata log.</summary>
    /// <param name="folder">The folder named <see cref="FolderName"/>; nobody should be writing to it.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    /// <exception cref="KafkaMetadataException">The files are damaged, incomplete, or of a version that is not known.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static KafkaMetadata Read(string folder, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        KafkaMetadataFiles files = KafkaMetadataFiles.Find(folder);
        if (files.SnapshotPath is null && files.SegmentPaths.Count == 0) throw new KafkaMetadataException($"{folder} holds neither a log nor a snapshot");
        var reader = new KafkaMetadataReader(cancellationToken);
        if (files.SnapshotPath is not null) reader.ReadSnapshot(files.SnapshotPath);
        reader._endOffset = files.SnapshotEndOffset;
        for (int index = 0; index < files.SegmentPaths.Count; index++)
        {
            reader.ReadSegment(files.SegmentPaths[index], files.SnapshotEndOffset, isFirst: index == 0, isActive: index == files.SegmentPaths.Count - 1);
        }
        return reader._replay.Finish(folder, reader._endOffset, reader._epoch, reader._cutBytes);
    }

    private void ReadSnapshot(string path)
    {
        using var file = new KafkaBatchFile(path);
        bool isBegun = false;
        bool isEnded = false;
        while (!file.IsAtEnd)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            long positionBytes = file.PositionBytes;
            if (isEnded) throw Damaged(path, positionBytes, "more follows behind the end of the snapshot");
            if (!file.TryRead(out ReadOnlyMemory<byte> batch)) throw Damaged(path, positionBytes, "the batch that begins here is damaged");
            var view = new RecordBatchView(batch.Span);
            _epoch = view.PartitionLeaderEpoch;
            if (!view.IsControl)
            {
                if (!isBegun) throw Damaged(path, positionBytes, "the snapshot begins without its header");
                ApplyRecords(path, positionBytes, batch, firstOffset: 0);
                continue;
            }
            foreach (ControlRecordType type in ApplyControls(path, positionBytes, batch))
            {
                isBegun |= type == ControlRecordType.SnapshotHeader;
                isEnded |= type == ControlRecordType.SnapshotFooter;
            }
        }
        if (!isEnded) throw Damaged(path, file.PositionBytes, "the snapshot ends without its footer");
    }

    private void ReadSegment(string path, long snapshotEndOffset, bool isFirst, bool isActive)
    {
        using var file = new KafkaBatchFile(path);
        bool isFirstBatch = isFirst;
        while (!file.IsAtEnd)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            long positionBytes = file.PositionBytes;
            if (!file.TryRead(out ReadOnlyMemory<byte> batch))
            {
                if (!isActive || !file.EndsUnfinished()) throw Damaged(path, positionBytes, "the batch that begins here is damaged");
                _cutBytes = file.RemainingBytes;
                return;
            }
            var view = new RecordBatchView(batch.Span);
            // The first segment may begin before the snapshot's end; from there on there are no gaps.
            bool isInOrder = isFirstBatch ? view.BaseOffset <= _endOffset : view.BaseOffset == _endOffset || view.NextOffset <= snapshotEndOffset;
            if (!isInOrder || view.LastOffsetDelta < 0) throw Damaged(path, positionBytes, Text($"offset {view.BaseOffset} follows where {_endOffset} is next"));
            isFirstBatch = view.NextOffset < snapshotEndOffset;
            if (view.NextOffset <= snapshotEndOffset) continue;
            if (view.IsControl) ApplyControls(path, positionBytes, batch);
            else ApplyRecords(path, positionBytes, batch, snapshotEndOffset);
            _endOffset = view.NextOffset;
            _epoch = view.PartitionLeaderEpoch;
        }
    }

    private List<ControlRecordType> ApplyControls(string path, long positionBytes, ReadOnlyMemory<byte> batch)
    {
        var types = new List<ControlRecordType>();
        var view = new RecordBatchView(batch.Span);
        var records = new RecordReader(PayloadOf(path, positionBytes, view), view.RecordsCount);
        while (records.MoveNext())
        {
            if (!ControlRecordKey.TryRead(records.Current.Key, out ControlRecordType type)) throw Damaged(path, positionBytes, "a control record has no type");
            types.Add(type);
            byte[] value = records.Current.Value.ToArray();
            Guard(path, positionBytes, () => ApplyControl(type, value));
        }
        if (records.Error != RecordError.None) throw Damaged(path, positionBytes, $"a record of the batch cannot be read ({records.Error})");
        return types;
    }

    private void ApplyControl(ControlRecordType type, ReadOnlyMemory<byte> value)
    {
        var reader = new MessageReader(value);
        switch (type)
        {
            case ControlRecordType.KRaftVersion:
                var version = new KRaftVersionRecord();
                version.Read(ref reader, version: 0);
                KafkaMetadataReplay.CheckKRaftVersion(version.KRaftVersion);
                break;
            case ControlRecordType.KRaftVoters:
                var voters = new VotersRecord();
                voters.Read(ref reader, version: 0);
                _replay.ApplyVoters(voters.Voters.Select(voter => voter.VoterId));
                break;
            case ControlRecordType.LeaderChange:
                // The version is the first field of the message itself, and later versions only add to the end of it.
                var change = new LeaderChangeMessage();
                short changeVersion = new MessageReader(value).ReadInt16();
                change.Read(ref reader, Math.Clamp(changeVersion, change.LowestVersion, change.HighestVersion));
                _replay.ApplyVoters(change.Voters.Select(voter => voter.VoterId));
                break;
            default:
                // Header and footer are looked for by the caller; types that are not known concern the quorum alone, as Kafka itself has it.
                break;
        }
    }

    private void ApplyRecords(string path, long positionBytes, ReadOnlyMemory<byte> batch, long firstOffset)
    {
        var view = new RecordBatchView(batch.Span);
        var records = new RecordReader(PayloadOf(path, positionBytes, view), view.RecordsCount);
        while (records.MoveNext())
        {
            if (view.BaseOffset + records.Current.OffsetDelta < firstOffset) continue;
            byte[] value = records.Current.Value.ToArray();
            Guard(path, positionBytes, () => _replay.Apply(value));
        }
        if (records.Error != RecordError.None) throw Damaged(path, positionBytes, $"a record of the batch cannot be read ({records.Error})");
    }

    private static ReadOnlySpan<byte> PayloadOf(string path, long positionBytes, RecordBatchView view) =>
        view.CompressionType == CompressionType.None ? view.Payload : throw Damaged(path, positionBytes, "the batch is compressed, which no Kafka writes here");

    private static void Guard(string path, long positionBytes, Action apply)
    {
        try
        {
            apply();
        }
        catch (WireFormatException error)
        {
            throw Damaged(path, positionBytes, $"a record of the batch cannot be read: {error.Message}", error);
        }
        catch (KafkaMetadataException error)
        {
            throw Damaged(path, positionBytes, error.Message, error);
        }
    }

    private static KafkaMetadataException Damaged(string path, long positionBytes, string reason, Exception? cause = null) =>
        new(Text($"{path}, byte {positionBytes}: {reason}"), cause);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
