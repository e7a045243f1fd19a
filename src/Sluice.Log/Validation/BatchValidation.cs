using Sluice.Protocol;

namespace Sluice.Log.Validation;

/// <summary>Verdict on a producer's batch.</summary>
/// <param name="Code"><see cref="ErrorCode.None"/> if it may be appended.</param>
/// <param name="Message">What is wrong, for the client; null if nothing is.</param>
/// <param name="RejectedRecords">The records because of which the batch is refused; null if the reason lies elsewhere.</param>
/// <param name="SizeBytes">Bytes of the batch itself; a few bytes that are no batch may follow it.</param>
/// <param name="MaxTimestamp">Largest record timestamp that was seen, or the time of the append: what the header must say.</param>
/// <param name="IsRefusedByLog">
/// Whether the batch was read as one of this log, and refused for what it holds; false for what never was such a batch, or is larger than allowed.
/// </param>
/// <param name="MustRebuild">Whether the batch cannot be stored as it is: another codec is wanted, or its inner offsets are not 0, 1, 2, ….</param>
internal readonly record struct BatchValidation(
    ErrorCode Code, string? Message, IReadOnlyList<RejectedRecord>? RejectedRecords, int SizeBytes, long MaxTimestamp, bool IsRefusedByLog, bool MustRebuild)
{
    public static BatchValidation Refused(ErrorCode code, string message, IReadOnlyList<RejectedRecord>? records = null) =>
        new(code, message, records, 0, -1, IsRefusedByLog: true, MustRebuild: false);

    public static BatchValidation RefusedUnread(ErrorCode code, string message) => new(code, message, null, 0, -1, IsRefusedByLog: false, MustRebuild: false);
}
