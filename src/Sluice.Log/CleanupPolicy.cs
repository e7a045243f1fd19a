namespace Sluice.Log;

/// <summary>What happens to old data of a topic; Kafka <c>cleanup.policy</c>.</summary>
/// <remarks><see cref="None"/> keeps everything: only DeleteRecords removes data (allowed since Kafka 4.2).</remarks>
[Flags]
public enum CleanupPolicy
{
    /// <summary>Nothing is removed but what lies below the log start offset.</summary>
    None = 0,

    /// <summary>Whole segments are removed by age and size.</summary>
    Delete = 1,

    /// <summary>The last record of each key is kept; records without a key are refused.</summary>
    Compact = 2,
}
