using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Records;

namespace Sluice.Metadata.Tests.Kafka;

/// <summary>Writes metadata logs and snapshots as Kafka's quorum does.</summary>
internal sealed class KafkaLogBuilder
{
    public const short MetadataVersion = 30;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly RecordBatchBuilder _batch = new();

    public KafkaLogBuilder(long baseOffset = 0, int epoch = 1)
    {
        BaseOffset = NextOffset = baseOffset;
        Epoch = epoch;
    }

    public long BaseOffset { get; }

    public long NextOffset { get; private set; }

    public int Epoch { get; set; }

    public byte[] Bytes => _bytes.WrittenSpan.ToArray();

    /// <summary>The beginning of every log that a node alone writes: who leads, its features, its registration.</summary>
    public static KafkaLogBuilder OfOneNode(int nodeId = 1, short metadataVersion = MetadataVersion, params Uuid[] logDirectories) =>
        new KafkaLogBuilder()
            .Control(ControlRecordType.LeaderChange, LeaderOf(nodeId), version: 0)
            .Append(new BeginTransactionRecord { Name = "Bootstrap records" })
            .Append(Feature("metadata.version", metadataVersion), Feature("group.version", 1))
            .Append(new EndTransactionRecord())
            .Append(Broker(nodeId, logDirectories));

    public static LeaderChangeMessage LeaderOf(params int[] voterIds) =>
        new() { LeaderId = voterIds[0], Voters = [.. voterIds.Select(static id => new LeaderChangeMessage.Voter { VoterId = id })] };

    public static FeatureLevelRecord Feature(string name, short level) => new() { Name = name, FeatureLevel = level };

    public static RegisterBrokerRecord Broker(int nodeId, params Uuid[] logDirectories) =>
        new() { BrokerId = nodeId, IncarnationId = new Uuid(7, 7), BrokerEpoch = 5, LogDirs = [.. logDirectories], Fenced = true };

    /// <summary>A topic with partitions that are all on one broker.</summary>
    public static IMessage[] Topic(string name, Uuid id, int partitionsCount = 1, int leaderEpoch = 0, params int[] replicas) =>
    [
        new TopicRecord { Name = name, TopicId = id },
        .. Enumerable.Range(0, partitionsCount).Select(index => new PartitionRecord
        {
            PartitionId = index,
            TopicId = id,
            Replicas = [.. replicas is [] ? [1] : replicas],
            Isr = [.. replicas is [] ? [1] : replicas],
            Leader = replicas is [] ? 1 : replicas[0],
            LeaderEpoch = leaderEpoch,
            PartitionEpoch = leaderEpoch,
            Directories = [.. Enumerable.Repeat(new Uuid(0, 9), Math.Max(1, replicas.Length))],
        }),
    ];

    public static ConfigRecord Config(ConfigResourceType type, string resource, string key, string? value) =>
        new() { ResourceType = (sbyte)type, ResourceName = resource, Name = key, Value = value };

    /// <summary>Appends one batch of records, each in its newest version.</summary>
    public KafkaLogBuilder Append(params IMessage[] records) => AppendRaw([.. records.Select(static record => Frame(TypeOf(record), record, record.HighestVersion))]);

    /// <summary>Appends one batch of values that may be none that Kafka writes.</summary>
    public KafkaLogBuilder AppendRaw(params byte[][] values)
    {
        Begin(isControl: false);
        foreach (byte[] value in values) _batch.Append(timestampMs: 1_700_000_000_000, key: null, value);
        return End();
    }

    /// <summary>Appends a batch with one control record.</summary>
    public KafkaLogBuilder Control(ControlRecordType type, IMessage? value = null, short version = 0)
    {
        byte[] key = new byte[ControlRecordKey.SizeBytes];
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), (short)type);
        Begin(isControl: true);
        _batch.Append(timestampMs: 1_700_000_000_000, key, value is null ? [] : Body(value, version));
        return End();
    }

    /// <summary>Writes what was appended as a segment.</summary>
    public KafkaLogBuilder WriteSegment(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(SegmentPath(folder), Bytes);
        return this;
    }

    public string SegmentPath(string folder) => Path.Combine(folder, BaseOffset.ToString("D20", CultureInfo.InvariantCulture) + ".log");

    /// <summary>Writes records as a snapshot.</summary>
    /// <param name="endOffset">Offset of the log up to which it tells.</param>
    public static string WriteSnapshot(string folder, long endOffset, int epoch, params IMessage[] records)
    {
        KafkaLogBuilder snapshot = new(epoch: epoch);
        snapshot.Control(ControlRecordType.SnapshotHeader, new SnapshotHeaderRecord());
        if (records.Length > 0) snapshot.Append(records);
        snapshot.Control(ControlRecordType.SnapshotFooter, new SnapshotFooterRecord());
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{endOffset:D20}-{epoch:D10}.checkpoint"));
        File.WriteAllBytes(path, snapshot.Bytes);
        return path;
    }

    public static byte[] Frame(short type, IMessage message, short version)
    {
        byte[] bytes = new byte[15 + message.Measure(version)];
        var writer = new MessageWriter(bytes);
        writer.WriteUnsignedVarint(1);
        writer.WriteUnsignedVarint((uint)type);
        writer.WriteUnsignedVarint((uint)version);
        message.Write(ref writer, version);
        return bytes[..writer.Position];
    }

    public static byte[] Body(IMessage message, short version)
    {
        byte[] bytes = new byte[message.Measure(version)];
        var writer = new MessageWriter(bytes);
        message.Write(ref writer, version);
        return bytes;
    }

    private static short TypeOf(IMessage record) => record switch
    {
        RegisterBrokerRecord => RegisterBrokerRecord.RecordType,
        UnregisterBrokerRecord => UnregisterBrokerRecord.RecordType,
        BrokerRegistrationChangeRecord => BrokerRegistrationChangeRecord.RecordType,
        TopicRecord => TopicRecord.RecordType,
        RemoveTopicRecord => RemoveTopicRecord.RecordType,
        PartitionRecord => PartitionRecord.RecordType,
        PartitionChangeRecord => PartitionChangeRecord.RecordType,
        ConfigRecord => ConfigRecord.RecordType,
        FeatureLevelRecord => FeatureLevelRecord.RecordType,
        ProducerIdsRecord => ProducerIdsRecord.RecordType,
        UserScramCredentialRecord => UserScramCredentialRecord.RecordType,
        RemoveUserScramCredentialRecord => RemoveUserScramCredentialRecord.RecordType,
        AccessControlEntryRecord => AccessControlEntryRecord.RecordType,
        RemoveAccessControlEntryRecord => RemoveAccessControlEntryRecord.RecordType,
        ClientQuotaRecord => ClientQuotaRecord.RecordType,
        DelegationTokenRecord => DelegationTokenRecord.RecordType,
        RemoveDelegationTokenRecord => RemoveDelegationTokenRecord.RecordType,
        ZkMigrationStateRecord => ZkMigrationStateRecord.RecordType,
        RegisterControllerRecord => RegisterControllerRecord.RecordType,
        NoOpRecord => NoOpRecord.RecordType,
        ClearElrRecord => ClearElrRecord.RecordType,
        BeginTransactionRecord => BeginTransactionRecord.RecordType,
        EndTransactionRecord => EndTransactionRecord.RecordType,
        AbortTransactionRecord => AbortTransactionRecord.RecordType,
        _ => throw new ArgumentException($"{record.GetType().Name} has no type here.", nameof(record)),
    };

    private void Begin(bool isControl)
    {
        _batch.Clear();
        _batch.IsControl = isControl;
        _batch.PartitionLeaderEpoch = Epoch;
    }

    private KafkaLogBuilder End()
    {
        _batch.Build(NextOffset, _bytes);
        NextOffset += _batch.RecordsCount;
        return this;
    }
}
