using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Support;

/// <summary>A log with everything that a log can have: every codec, idempotent producers, transactions that ended either way, several segments.</summary>
internal static class MixedLog
{
    public static readonly LogConfig Config = LogConfig.Default with { SegmentBytes = 40_000, IndexIntervalBytes = 1000, SegmentIndexBytes = 4096 };

    public static readonly CompressionType[] Codecs =
        [CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    /// <summary>A log that is still open, with at least three segments.</summary>
    public static async Task<LogFixture> CreateAsync(int rounds = 40)
    {
        LogFixture fixture = await LogFixture.CreateAsync(Config);
        Fill(fixture, rounds);
        return fixture;
    }

    /// <summary>The same, closed in order.</summary>
    public static async Task<LogFixture> CreateClosedAsync(int rounds = 40)
    {
        LogFixture fixture = await CreateAsync(rounds);
        await fixture.Manager.DisposeAsync();
        return fixture;
    }

    public static void Fill(LogFixture fixture, int rounds)
    {
        var random = new Random(20);
        for (int round = 0; round < rounds; round++)
        {
            long nowMs = Batches.NowMs + (round * 10L);
            foreach (CompressionType codec in Codecs)
            {
                fixture.Append(
                    Batches.Build(
                        Enumerable.Range(0, 5).Select(index => ((string?)$"k{index}", (string?)Text(random, 60), nowMs - index)),
                        builder => builder.CompressionType = codec),
                    leaderEpoch: round / 10).ErrorCode.ShouldBe(Protocol.ErrorCode.None);
            }

            fixture.Append(Batches.Idempotent(producerId: 7, epoch: 0, baseSequence: round * 3, count: 3), round / 10).ErrorCode.ShouldBe(Protocol.ErrorCode.None);
            fixture.Append(Batches.Idempotent(producerId: 8, epoch: 0, baseSequence: round * 2, count: 2, transactional: true), round / 10)
                .ErrorCode.ShouldBe(Protocol.ErrorCode.None);
            fixture.Log.Append(Batches.Marker(8, 0, commit: round % 2 == 0), AppendOrigin.Coordinator, new AppendOptions(round / 10))
                .ErrorCode.ShouldBe(Protocol.ErrorCode.None);
        }

        fixture.Log.SegmentCount.ShouldBeGreaterThan(2);
    }

    private static string Text(Random random, int length) =>
        string.Create(length, random, static (text, random) => { for (int index = 0; index < text.Length; index++) text[index] = (char)random.Next('a', 'z'); });
}
