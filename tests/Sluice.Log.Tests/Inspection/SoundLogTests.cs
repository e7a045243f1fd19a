using Sluice.Log.Inspection;
using Sluice.Log.Tests.Support;

namespace Sluice.Log.Tests.Inspection;

public sealed class SoundLogTests
{
    [Fact]
    public async Task A_log_with_everything_in_it_is_sound_after_a_close()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();

        PartitionVerdict verdict = Inspecting.ShouldBeSound(fixture.LogDirectory).ShouldHaveSingleItem();
        verdict.Name.ShouldBe("orders-0");
        verdict.SegmentsCount.ShouldBeGreaterThan(2);
        verdict.FirstOffset.ShouldBe(0);
        verdict.NextOffset.ShouldBe(40 * (25 + 3 + 2 + 1));
        verdict.RecordsCount.ShouldBe(40 * (25 + 3 + 2));
        verdict.BatchesCount.ShouldBe(40 * 8);
        Inspecting.ShouldBeSound(fixture.PartitionDirectory);
    }

    [Fact]
    public async Task The_directory_of_a_running_broker_is_sound_and_stays_untouched()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        fixture.Manager.CheckpointAll();

        // Rolling has flushes follow in the background, which replace files.
        await fixture.Log.FlushAsync();
        string[] before = Directory.GetFileSystemEntries(fixture.LogDirectory, "*", SearchOption.AllDirectories);

        Inspecting.Verify(fixture.LogDirectory).Findings.Where(finding => finding.Severity != FindingSeverity.Note).ShouldBeEmpty();

        Directory.GetFileSystemEntries(fixture.LogDirectory, "*", SearchOption.AllDirectories).ShouldBe(before, ignoreOrder: true);
        fixture.Append(Batches.Of("still works")).ErrorCode.ShouldBe(Protocol.ErrorCode.None);
    }

    [Fact]
    public async Task A_log_is_sound_after_a_crash_and_the_recovery_from_it()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        await fixture.CrashAsync();
        await fixture.Manager.DisposeAsync();

        Inspecting.ShouldBeSound(fixture.LogDirectory);
    }

    [Fact]
    public async Task A_log_is_sound_after_it_was_truncated()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        fixture.Log.TruncateTo(682);
        fixture.Append(Batches.Of("after"), leaderEpoch: 9);
        await fixture.Manager.DisposeAsync();

        Inspecting.ShouldBeSound(fixture.LogDirectory);
    }

    [Fact]
    public async Task A_compacted_log_is_sound_though_it_has_gaps()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(MixedLog.Config with { CleanupPolicy = CleanupPolicy.Compact });
        MixedLog.Fill(fixture, rounds: 40);
        long endOffset = fixture.Clean().EndOffset;
        endOffset.ShouldBeGreaterThan(500);
        await fixture.Manager.DisposeAsync();
        File.WriteAllText(Path.Combine(fixture.LogDirectory, "cleaner-offset-checkpoint"), $"0\n1\norders 0 {endOffset}\n");

        List<Finding> findings = Inspecting.Verify(fixture.LogDirectory).Findings;
        // The files that were replaced wait for their delay.
        findings.ShouldAllBe(finding => finding.Kind == FindingKind.LeftoverFile, string.Join('\n', findings));
    }

    [Fact]
    public async Task Gaps_in_a_log_that_was_never_compacted_are_noted()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("a", "b"));
        fixture.Log.Append(Batches.WithOffsets(Batches.Of("c"), 7, 0), AppendOrigin.Replication, new AppendOptions(0)).ErrorCode.ShouldBe(Protocol.ErrorCode.None);
        await fixture.Manager.DisposeAsync();

        Finding finding = Inspecting.Verify(fixture.LogDirectory).Findings.ShouldHaveSingleItem();
        finding.Kind.ShouldBe(FindingKind.OffsetGap);
        finding.Severity.ShouldBe(FindingSeverity.Note);
        finding.What.ShouldBe("the offsets 2 to 6 are missing");
    }

    [Fact]
    public async Task Statistics_count_what_was_written()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        var statistics = new List<PartitionStatistics>();
        new LogStatistics(InspectionLimits.Default, isDeep: true, new InspectionProgress(), statistics.Add)
            .Count(InspectedPath.Identify(fixture.LogDirectory), CancellationToken.None);

        PartitionStatistics partition = statistics.ShouldHaveSingleItem();
        partition.Topic.ShouldBe("orders");
        partition.BatchesCount.ShouldBe(40 * 7);
        partition.ControlBatchesCount.ShouldBe(40);
        partition.RecordsCount.ShouldBe(40 * 30);
        partition.ProducersCount.ShouldBe(2);
        partition.AbortedCount.ShouldBe(20);
        partition.OpenTransactionsCount.ShouldBe(0);
        partition.DamagedBytes.ShouldBe(0);
        partition.MaxTimestampMs.ShouldBe(Batches.NowMs + 390);
        partition.Codecs.Select(codec => codec.CompressionType).ShouldBe(MixedLog.Codecs, ignoreOrder: true);
        partition.Codecs.ShouldAllBe(codec => codec.CompressionType == Protocol.Records.CompressionType.None || (codec.BatchesCount == 40 && codec.RecordsCount == 200));
        partition.CompressionRatio.ShouldNotBeNull().ShouldBeGreaterThan(1.0);
        partition.IndexEntriesCount.ShouldBeGreaterThan(20);
    }
}
