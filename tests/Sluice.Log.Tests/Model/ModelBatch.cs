using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests.Model;

/// <summary>A batch that was appended.</summary>
/// <param name="BaseOffset">Its first offset.</param>
/// <param name="Records">Its records; of a marker none, though it takes an offset.</param>
/// <param name="ProducerId">-1 = none.</param>
/// <param name="Sequence">Of its first record; -1 = none.</param>
/// <param name="EndsWithCommit">Of a marker: whether it commits. Null = data.</param>
internal sealed record ModelBatch(long BaseOffset, KeyedRecord[] Records, long ProducerId = -1, int Sequence = -1, bool? EndsWithCommit = null)
{
    public bool IsTransactional => ProducerId >= LogModel.FirstTransactionalProducer;

    public long NextOffset => BaseOffset + Math.Max(1, Records.Length);
}
