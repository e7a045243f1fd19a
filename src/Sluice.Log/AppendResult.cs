using Sluice.Protocol;

namespace Sluice.Log;

/// <summary>Outcome of an append.</summary>
/// <remarks>A value, for the common case to allocate nothing. On an error the offsets are -1 and nothing was stored.</remarks>
public readonly record struct AppendResult
{
    /// <summary><see cref="ErrorCode.None"/> if the batch is in the log, from this append or from an earlier one.</summary>
    public ErrorCode ErrorCode { get; init; }

    /// <summary>Offset of the first record; -1 on an error, or if nothing was appended.</summary>
    public long BaseOffset { get; init; }

    /// <summary>Offset of the last record, inclusive; -1 on an error, or if nothing was appended.</summary>
    public long LastOffset { get; init; }

    /// <summary>
    /// The broker's time that the records got, in Unix milliseconds; -1 where they keep the producer's. For a duplicate the largest timestamp of the
    /// batch that is in the log, whoever set it: Kafka remembers no more than that.
    /// </summary>
    public long LogAppendTimeMs { get; init; }

    /// <summary>
    /// Log start offset after the append, also when the log itself refused the batch; -1 when that was decided without looking at the log: bytes
    /// that are no batch of this format, a size that is not allowed, a storage error. Clients get it as it is here, as from Kafka.
    /// </summary>
    public long LogStartOffset { get; init; }

    /// <summary>Whether the batch had been appended before; then the offsets are those of that time.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Whether the topic's <c>flush.messages</c> demands <see cref="PartitionLog.FlushAsync(long)"/> before the append is answered.</summary>
    public bool IsFlushDue { get; init; }

    /// <summary>The records because of which the batch was refused; null if the reason lies elsewhere.</summary>
    public IReadOnlyList<RejectedRecord>? RejectedRecords { get; init; }

    /// <summary>What went wrong, for the client; null if nothing did.</summary>
    public string? Message { get; init; }

    internal static AppendResult Refused(ErrorCode code, string message, IReadOnlyList<RejectedRecord>? records, long logStartOffset) => new()
    {
        ErrorCode = code,
        BaseOffset = -1,
        LastOffset = -1,
        LogAppendTimeMs = -1,
        LogStartOffset = logStartOffset,
        RejectedRecords = records,
        Message = message,
    };
}
