using Sluice.Protocol;

namespace Sluice.Log.Producers;

/// <summary>Verdict on a batch of an idempotent or transactional producer.</summary>
/// <param name="Code"><see cref="ErrorCode.None"/> to append it, or to answer with the old offsets.</param>
/// <param name="IsDuplicate">Whether the batch was appended before; then <paramref name="Duplicate"/> says where.</param>
/// <param name="Duplicate">The remembered batch.</param>
/// <param name="Message">What is wrong, for the client; null if nothing is.</param>
internal readonly record struct ProducerCheck(ErrorCode Code, bool IsDuplicate, ProducerBatch Duplicate, string? Message)
{
    public static ProducerCheck Accepted => default;

    public static ProducerCheck DuplicateOf(ProducerBatch batch) => new(ErrorCode.None, true, batch, null);

    public static ProducerCheck Refused(ErrorCode code, string message) => new(code, false, default, message);
}
