using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Runtime;

/// <summary>One record of a coordinator's log before it is encoded: a key, and a value or a tombstone.</summary>
/// <param name="RecordType">The number in front of the key, which says what key and value are.</param>
/// <param name="Key">Written in version 0, as all keys are.</param>
/// <param name="Value">Null for a tombstone.</param>
/// <param name="ValueVersion">Version that the value is written in; 0 for a tombstone.</param>
internal readonly record struct CoordinatorRecord(short RecordType, IMessage Key, IMessage? Value, short ValueVersion)
{
    /// <summary>A record that removes what its key names.</summary>
    public static CoordinatorRecord Tombstone(short recordType, IMessage key) => new(recordType, key, null, 0);
}
