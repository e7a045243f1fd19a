using FsCheck;
using FsCheck.Fluent;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

/// <summary>What is built is what is read, for any records. A failing run prints the seed that repeats it.</summary>
public sealed class RecordBatchProperties
{
    private static readonly Config Quiet = Config.QuickThrowOnFailure.WithMaxTest(150).WithQuietOnSuccess(true);

    private static readonly Gen<byte[]?> NullableArray = Gen.Frequency(
        (1, Gen.Constant<byte[]?>(null)),
        (4, Bytes(40).Select(byte[]? (bytes) => bytes)),
        (1, Bytes(3_000).Select(byte[]? (bytes) => bytes)));

    private static readonly Gen<RecordHeader> Header =
        from key in Gen.Elements("", "h", "trace-id", "schlüssel", "鍵")
        from value in NullableArray
        select new RecordHeader(key, value);

    private static readonly Gen<long> Timestamp = Gen.OneOf(
        Gen.Choose(-1, 1_000).Select(value => (long)value),
        Gen.Choose(0, int.MaxValue).Select(value => 1_700_000_000_000 + value),
        Gen.Elements(long.MaxValue, 0L, -1L));

    private static readonly Gen<Input> Record =
        from timestamp in Timestamp
        from gap in Gen.Frequency((5, Gen.Constant(0)), (1, Gen.Choose(1, 1_000_000)))
        from key in NullableArray
        from value in NullableArray
        from headers in Gen.Frequency((3, Gen.Constant(Array.Empty<RecordHeader>())), (1, Header.ArrayOf(3)))
        select new Input(timestamp, gap, key, value, headers);

    private static readonly Gen<Input[]> Batch = Gen.Choose(1, 20).SelectMany(count => Record.ArrayOf(count));

    [Theory]
    [MemberData(nameof(RecordCodecTests.Codecs), MemberType = typeof(RecordCodecTests))]
    public void What_is_built_is_what_is_read(CompressionType type) =>
        Prop.ForAll(Batch.ToArbitrary(), inputs => Check(type, inputs)).Check(Quiet);

    [Fact]
    public void Sequences_wrap_like_numbers_modulo_two_to_the_31()
    {
        Gen<int> sequence = Gen.OneOf(Gen.Choose(0, 100), Gen.Choose(int.MaxValue - 100, int.MaxValue), Gen.Choose(0, int.MaxValue));
        Arbitrary<(int, int)> pairs = sequence.SelectMany(start => sequence.Select(count => (start, count))).ToArbitrary();
        Prop.ForAll(pairs, pair =>
        {
            (int start, int count) = pair;
            int expected = (int)(((long)start + count) % (1L << 31));
            RecordSequence.Increment(start, count).ShouldBe(expected);
            RecordSequence.Decrement(expected, count).ShouldBe(start);
        }).Check(Quiet);
    }

    [Fact]
    public void Varints_of_any_value_come_back()
    {
        Gen<long> values = Gen.Choose(0, 63).SelectMany(shift => Gen.Choose(int.MinValue, int.MaxValue).Select(value => (long)value << shift >> (shift / 2)));
        Prop.ForAll(values.ToArbitrary(), value =>
        {
            var bytes = new byte[RecordVarint.Int64BytesMax];
            int end = 0;
            RecordVarint.Write(bytes, ref end, value);
            end.ShouldBe(RecordVarint.SizeBytes(value));
            int position = 0;
            RecordVarint.TryReadInt64(bytes, ref position, out long read).ShouldBeTrue();
            read.ShouldBe(value);
            position.ShouldBe(end);
        }).Check(Quiet);
    }

    private static void Check(CompressionType type, Input[] inputs)
    {
        var builder = new RecordBatchBuilder { CompressionType = type, ProducerId = 7, ProducerEpoch = 1, BaseSequence = int.MaxValue };
        var expected = new List<RecordValue>();
        int offsetDelta = -1;
        foreach (Input input in inputs)
        {
            offsetDelta += 1 + input.Gap;
            builder.Append(offsetDelta, input.Timestamp, input.Key, input.Value, input.Headers);
            expected.Add(RecordValue.From(offsetDelta, input.Timestamp, input.Key, input.Value, input.Headers));
        }

        Span<byte> bytes = builder.Build().Span;
        RecordBatchPatch.AssignOffsets(bytes, baseOffset: 5_000_000_000, leaderEpoch: 12);
        RecordBatchValidator.Validate(bytes).ShouldBe(RecordBatchStatus.Valid);
        var batch = new RecordBatchView(bytes);
        batch.SizeBytes.ShouldBe(bytes.Length);
        batch.RecordsCount.ShouldBe(inputs.Length);
        batch.BaseTimestamp.ShouldBe(inputs[0].Timestamp);
        batch.MaxTimestamp.ShouldBe(inputs.Max(input => input.Timestamp));
        batch.LastOffset.ShouldBe(5_000_000_000 + offsetDelta);
        batch.LastSequence.ShouldBe(RecordSequence.Increment(int.MaxValue, offsetDelta));
        RecordValue.ReadAll(batch).ShouldBe(expected);
    }

    private static Gen<byte[]> Bytes(int lengthMax) =>
        Gen.Choose(0, lengthMax).SelectMany(length => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(length));

    private sealed record Input(long Timestamp, int Gap, byte[]? Key, byte[]? Value, RecordHeader[] Headers);
}
