using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

public sealed class RecordSequenceTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(int.MaxValue, 0, int.MaxValue)]
    [InlineData(int.MaxValue, 1, 0)]
    [InlineData(int.MaxValue - 1, 1, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue - 1)]
    [InlineData(5, int.MaxValue, 4)]
    public void Increment_wraps_after_the_largest_int32_and_decrement_undoes_it(int sequence, int count, int expected)
    {
        RecordSequence.Increment(sequence, count).ShouldBe(expected);
        RecordSequence.Decrement(expected, count).ShouldBe(sequence);
    }
}
