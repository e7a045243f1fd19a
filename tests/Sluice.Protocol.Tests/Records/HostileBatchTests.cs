using System.Buffers;
using Sluice.Protocol.Records;

namespace Sluice.Protocol.Tests.Records;

/// <summary>Damaged batches, wherever the damage is: a status each time, no exception, and no memory to speak of.</summary>
public sealed class HostileBatchTests
{
    private const int MaxBytes = 256 * 1024;

    // One decompression may fill its output a little beyond the limit, and the writer doubles as it grows.
    private const long AllocatedBytesMax = 8 * MaxBytes;

    [Theory]
    [MemberData(nameof(RecordCodecTests.Codecs), MemberType = typeof(RecordCodecTests))]
    public void Payload_cut_off_anywhere_is_an_error(CompressionType type)
    {
        byte[] bytes = Build(type, recordsCount: 60);
        for (int length = RecordBatchFormat.HeaderBytes; length < bytes.Length; length++)
        {
            ReadOnlySpan<byte> payload = bytes.AsSpan(RecordBatchFormat.RecordsPosition..length);
            Outcome outcome = Read(type, payload, recordsCount: 60);
            outcome.IsSound.ShouldBeFalse($"cut at {length} of {bytes.Length}");
            outcome.AllocatedBytes.ShouldBeLessThan(AllocatedBytesMax);
        }
    }

    [Theory]
    [MemberData(nameof(RecordCodecTests.Codecs), MemberType = typeof(RecordCodecTests))]
    public void Payload_with_random_damage_never_throws_and_never_costs_much(CompressionType type)
    {
        int seed = Environment.ProcessId ^ (int)type;
        var random = new Random(seed);
        byte[] bytes = Build(type, recordsCount: 60);
        byte[] payload = bytes[RecordBatchFormat.RecordsPosition..];
        for (int round = 0; round < 3_000; round++)
        {
            byte[] damaged = Damage(payload, random);
            try
            {
                Read(type, damaged, recordsCount: 60).AllocatedBytes.ShouldBeLessThan(AllocatedBytesMax);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}, payload {Convert.ToHexString(damaged)}", exception);
            }
        }
    }

    [Fact]
    public void Header_with_random_damage_never_throws()
    {
        int seed = Environment.ProcessId;
        var random = new Random(seed);
        byte[] bytes = Build(CompressionType.None, recordsCount: 5);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] damaged = Damage(bytes, random);
            RecordBatchStatus status = RecordBatchValidator.Validate(damaged);
            if (status == RecordBatchStatus.Valid)
                new RecordBatchView(damaged).Payload.Length.ShouldBeLessThan(damaged.Length, $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Reader_accepts_exactly_what_the_oracle_accepts()
    {
        int seed = Environment.ProcessId;
        var random = new Random(seed);
        byte[] payload = Build(CompressionType.None, recordsCount: 4)[RecordBatchFormat.RecordsPosition..];
        int acceptedCount = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] damaged = Damage(payload, random);
            int recordsCount = round % 10 == 0 ? random.Next(-1, 6) : 4;
            List<RecordValue>? expected = SlowRecordParser.Parse(damaged, recordsCount);
            List<RecordValue>? actual = Parse(damaged, recordsCount);
            bool isEqual = expected is null ? actual is null : actual is not null && expected.SequenceEqual(actual);
            isEqual.ShouldBeTrue($"seed {seed}, round {round}, {recordsCount} records in {Convert.ToHexString(damaged)}");
            if (expected is not null) acceptedCount++;
        }

        acceptedCount.ShouldBeInRange(500, 19_500, "the damage should be neither always nor never fatal");
    }

    private static List<RecordValue>? Parse(byte[] payload, int recordsCount)
    {
        var records = new List<RecordValue>();
        var reader = new RecordReader(payload, recordsCount);
        while (reader.MoveNext()) records.Add(RecordValue.From(reader.Current, reader.Current.TimestampDelta));
        return reader.Error == RecordError.None ? records : null;
    }

    private static Outcome Read(CompressionType type, ReadOnlySpan<byte> payload, int recordsCount)
    {
        var output = new ArrayBufferWriter<byte>();
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isDecompressed = RecordCodec.TryDecompress(type, payload, MaxBytes, output, out _);
        var reader = new RecordReader(output.WrittenSpan, recordsCount);
        while (reader.MoveNext())
        {
            foreach (RecordHeaderView header in reader.Current.Headers) _ = header.Key.Length;
        }

        long allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return new Outcome(isDecompressed && reader.Error == RecordError.None, allocatedBytes);
    }

    // One to four of: a flipped bit, an extreme byte, a run of random bytes, a piece removed, a piece repeated.
    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int remaining = random.Next(1, 5); remaining > 0; remaining--)
        {
            if (bytes.Count == 0) break;
            int position = random.Next(bytes.Count);
            int lengthBytes = Math.Min(random.Next(1, 12), bytes.Count - position);
            switch (random.Next(5))
            {
                case 0: bytes[position] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[position] = random.Next(2) == 0 ? (byte)0x00 : (byte)0xFF; break;
                case 2: for (int index = 0; index < lengthBytes; index++) bytes[position + index] = (byte)random.Next(256); break;
                case 3: bytes.RemoveRange(position, lengthBytes); break;
                default: bytes.InsertRange(position, bytes.GetRange(position, lengthBytes)); break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Build(CompressionType type, int recordsCount)
    {
        var builder = new RecordBatchBuilder { CompressionType = type };
        for (int index = 0; index < recordsCount; index++)
        {
            NullableBytes key = index % 7 == 0 ? NullableBytes.Null : "key"u8;
            RecordHeader[] headers = index % 5 == 0 ? [new("h", [1, 2])] : [];
            builder.Append(1_700_000_000_000 + index, key, Payloads.Text(20 + index), headers);
        }

        return builder.Build().ToArray();
    }

    private readonly record struct Outcome(bool IsSound, long AllocatedBytes);
}
