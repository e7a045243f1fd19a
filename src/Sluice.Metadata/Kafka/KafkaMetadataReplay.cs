using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Kafka;

/// <summary>Applies the records of a metadata log in their order, and knows what they add up to.</summary>
/// <remarks>
/// Sans I/O; for one thread. Records between Begin and End of a metadata transaction (KIP-868) wait, and count only with the End; those of an aborted
/// one, or of one that the log ends in, never do. A record of a type or version that is not known ends the replay: what it changes cannot be guessed.
/// Messages of the exceptions lack the place, which the caller adds.
/// </remarks>
internal sealed partial class KafkaMetadataReplay
{
    private const short KRaftVersionHighest = 1;
    private const sbyte MigrationBegun = 1;
    private const sbyte MigrationRunning = 2;

    /// <summary>The records of the open transaction; null outside of one.</summary>
    private List<KafkaRecordFrame>? _transaction;

    internal static void CheckKRaftVersion(short version)
    {
        if (version > KRaftVersionHighest) throw new KafkaMetadataException($"kraft.version is {version}, and known are 0 to {KRaftVersionHighest}");
    }

    internal void ApplyVoters(IEnumerable<int> voterIds)
    {
        _voters.Clear();
        _voters.UnionWith(voterIds);
    }

    /// <summary>Applies one record.</summary>
    /// <param name="value">Kept by reference; not to be changed afterwards.</param>
    /// <exception cref="KafkaMetadataException">The record is not known, or cannot follow what came before.</exception>
    /// <exception cref="WireFormatException">The bytes are no such record.</exception>
    internal void Apply(ReadOnlyMemory<byte> value)
    {
        KafkaRecordFrame frame = KafkaRecordFrame.Read(value);
        switch (frame.Type)
        {
            case BeginTransactionRecord.RecordType:
                Read(frame, new BeginTransactionRecord());
                if (_transaction is not null) throw new KafkaMetadataException("a metadata transaction begins within another one");
                _transaction = [];
                break;
            case EndTransactionRecord.RecordType:
                Read(frame, new EndTransactionRecord());
                foreach (KafkaRecordFrame waiting in EndTransaction()) ApplyNow(waiting);
                break;
            case AbortTransactionRecord.RecordType:
                Read(frame, new AbortTransactionRecord());
                EndTransaction();
                break;
            default:
                if (_transaction is null) ApplyNow(frame);
                else _transaction.Add(frame);
                break;
        }
    }

    private List<KafkaRecordFrame> EndTransaction()
    {
        List<KafkaRecordFrame> ended = _transaction ?? throw new KafkaMetadataException("a metadata transaction ends that did not begin");
        _transaction = null;
        return ended;
    }

    private void ApplyNow(KafkaRecordFrame frame)
    {
        switch (frame.Type)
        {
            case TopicRecord.RecordType: Apply(Read(frame, new TopicRecord())); break;
            case RemoveTopicRecord.RecordType: Apply(Read(frame, new RemoveTopicRecord())); break;
            case PartitionRecord.RecordType: Apply(Read(frame, new PartitionRecord())); break;
            case PartitionChangeRecord.RecordType: Apply(Read(frame, new PartitionChangeRecord())); break;
            case ConfigRecord.RecordType: Apply(Read(frame, new ConfigRecord()), frame); break;
            case RegisterBrokerRecord.RecordType: Apply(Read(frame, new RegisterBrokerRecord())); break;
            case BrokerRegistrationChangeRecord.RecordType: Apply(Read(frame, new BrokerRegistrationChangeRecord())); break;
            case UnregisterBrokerRecord.RecordType: _brokers.Remove(Read(frame, new UnregisterBrokerRecord()).BrokerId); break;
            case ProducerIdsRecord.RecordType: Apply(Read(frame, new ProducerIdsRecord())); break;
            case FeatureLevelRecord.RecordType: Apply(Read(frame, new FeatureLevelRecord()), frame); break;
            case UserScramCredentialRecord.RecordType: Apply(Read(frame, new UserScramCredentialRecord()), frame); break;
            case RemoveUserScramCredentialRecord.RecordType: Apply(Read(frame, new RemoveUserScramCredentialRecord())); break;
            case AccessControlEntryRecord.RecordType: Apply(Read(frame, new AccessControlEntryRecord()), frame); break;
            case RemoveAccessControlEntryRecord.RecordType: Apply(Read(frame, new RemoveAccessControlEntryRecord())); break;
            case ClientQuotaRecord.RecordType: Apply(Read(frame, new ClientQuotaRecord()), frame); break;
            case DelegationTokenRecord.RecordType: _delegationTokenIds.Add(Read(frame, new DelegationTokenRecord()).TokenId); break;
            case RemoveDelegationTokenRecord.RecordType: _delegationTokenIds.Remove(Read(frame, new RemoveDelegationTokenRecord()).TokenId); break;
            case ZkMigrationStateRecord.RecordType:
                _isMigrating = Read(frame, new ZkMigrationStateRecord()).ZkMigrationState is MigrationBegun or MigrationRunning;
                break;

            // These say who of several nodes may lead, which a node that is alone does not ask.
            case FenceBrokerRecord.RecordType: Read(frame, new FenceBrokerRecord()); break;
            case UnfenceBrokerRecord.RecordType: Read(frame, new UnfenceBrokerRecord()); break;
            case RegisterControllerRecord.RecordType: Read(frame, new RegisterControllerRecord()); break;
            case ClearElrRecord.RecordType: Read(frame, new ClearElrRecord()); break;
            case NoOpRecord.RecordType: Read(frame, new NoOpRecord()); break;
            default:
                throw new KafkaMetadataException($"records of type {frame.Type} are not known: a newer Kafka wrote them");
        }
    }

    private static T Read<T>(KafkaRecordFrame frame, T message)
        where T : IMessage
    {
        if (frame.Version < message.LowestVersion || frame.Version > message.HighestVersion)
        {
            throw new KafkaMetadataException($"{typeof(T).Name} version {frame.Version} is not known: a newer Kafka wrote it");
        }
        var reader = new MessageReader(frame.Body);
        message.Read(ref reader, frame.Version);
        return message;
    }

    private static KafkaRecord Keep(KafkaRecordFrame frame, string name) => new(name, frame.Type, frame.Version, Convert.ToBase64String(frame.Body.Span));
}
