using System.Buffers.Binary;
using Sluice.Log.Inspection;
using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Inspection;

/// <summary>Whatever byte of the end of a log is changed, whatever part of it is cut off: it is noticed, the log opens, and nothing bad is served.</summary>
public sealed class FlippedByteTests
{
    private const int TailBytes = 64 * 1024;

    private static readonly LogConfig Config = MixedLog.Config with { SegmentBytes = 1 << 20 };

    // All 65,536 bytes would take hours; chance finds others each time.
    private static int RoundsCount => Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 1000 : 60;

    [Fact]
    public async Task Any_flipped_byte_is_noticed_and_never_served()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using LogFixture fixture = await CreateAsync();
        string logPath = fixture.File(0, ".log");
        byte[] sound = File.ReadAllBytes(logPath);
        sound.Length.ShouldBeGreaterThan(TailBytes);
        using var target = new TempDirectory();
        for (int round = 0; round < RoundsCount; round++)
        {
            int position = sound.Length - 1 - random.Next(TailBytes);
            byte mask = (byte)random.Next(1, 256);
            string context = $"seed {seed}, byte {position} of {sound.Length}, mask {mask}";
            byte[] flipped = [.. sound];
            flipped[position] ^= mask;
            File.WriteAllBytes(logPath, flipped);

            Inspecting.Verify(fixture.LogDirectory).Findings.ShouldNotBeEmpty(context);
            await OpenAndReadAsync(fixture, context);
            string copy = target.File($"copy-{round}");
            Inspecting.Copy(fixture.LogDirectory, copy);
            Inspecting.Verify(copy).Findings.ShouldAllBe(finding => finding.Severity == FindingSeverity.Note, context);
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public async Task A_leader_epoch_that_no_leader_can_have_is_noticed_and_mended()
    {
        await using LogFixture fixture = await CreateAsync();
        string logPath = fixture.File(0, ".log");
        byte[] bytes = File.ReadAllBytes(logPath);
        // The second batch's; the checksum does not cover it.
        int position = sizeof(long) + sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(sizeof(long))) + RecordBatchFormat.PartitionLeaderEpochPosition;
        bytes[position] ^= 0xF1;
        File.WriteAllBytes(logPath, bytes);
        using var target = new TempDirectory();

        Inspecting.Verify(fixture.LogDirectory).Findings.ShouldContain(static finding => finding.Kind == FindingKind.BatchEpoch);
        string copy = target.File("copy");
        Inspecting.Copy(fixture.LogDirectory, copy);
        Inspecting.Verify(copy).Findings.ShouldAllBe(static finding => finding.Severity == FindingSeverity.Note);
    }

    [Fact]
    public async Task Any_cut_tail_leaves_a_log_that_opens_with_what_is_before_it()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using LogFixture fixture = await CreateAsync();
        string logPath = fixture.File(0, ".log");
        byte[] sound = File.ReadAllBytes(logPath);
        for (int round = 0; round < RoundsCount / 3; round++)
        {
            int length = sound.Length - 1 - random.Next(TailBytes);
            string context = $"seed {seed}, cut at {length} of {sound.Length}";
            File.WriteAllBytes(logPath, sound[..length]);

            List<Finding> findings = Inspecting.Verify(fixture.LogDirectory).Findings;
            findings.ShouldNotBeEmpty(context);
            findings.ShouldAllBe(finding => finding.Severity == FindingSeverity.Note, context + "\n" + string.Join('\n', findings));
            await OpenAndReadAsync(fixture, context);
        }
    }

    // A log as a crash leaves it: no marker, no checkpoints, so that a start reads everything.
    private static async Task<LogFixture> CreateAsync()
    {
        LogFixture fixture = await LogFixture.CreateAsync(Config);
        for (int round = 0; round < 60; round++)
        {
            Fill(fixture, round);
        }

        fixture.Log.SegmentCount.ShouldBe(1);
        await fixture.Manager.DisposeAsync();
        foreach (string file in Directory.GetFiles(fixture.LogDirectory))
        {
            File.Delete(file);
        }

        return fixture;
    }

    private static void Fill(LogFixture fixture, int round)
    {
        foreach (CompressionType codec in MixedLog.Codecs)
        {
            byte[] batch = Batches.Build(
                Enumerable.Range(0, 8).Select(index => ((string?)$"k{index}", (string?)Convert.ToHexString(Guid.NewGuid().ToByteArray()), Batches.NowMs + round)),
                builder => builder.CompressionType = codec);
            fixture.Append(batch, leaderEpoch: round / 20);
        }

        fixture.Append(Batches.Idempotent(8, 0, round * 2, count: 2, transactional: true), round / 20);
        fixture.Log.Append(Batches.Marker(8, 0, commit: round % 2 == 0), AppendOrigin.Coordinator, new AppendOptions(round / 20));
    }

    // On a copy, because opening cuts what is bad.
    private static async Task OpenAndReadAsync(LogFixture fixture, string context)
    {
        await using LogFixture opened = await LogFixture.OpenCopyAsync(fixture.LogDirectory, Config, Storage.FileIo.Instance);
        foreach (byte[] batch in KeyedRecord.ReadBatches(opened.Log))
        {
            RecordBatchValidator.Validate(batch).ShouldBe(RecordBatchStatus.Valid, context);
        }

        opened.Append(Batches.Of("after"), leaderEpoch: int.MaxValue).ErrorCode.ShouldBe(Protocol.ErrorCode.None, context);
    }
}
