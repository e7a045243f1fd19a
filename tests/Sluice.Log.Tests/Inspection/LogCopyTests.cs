using Sluice.Log.Inspection;
using Sluice.Log.Tests.Support;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Inspection;

public sealed class LogCopyTests
{
    [Fact]
    public async Task A_sound_log_is_copied_byte_for_byte()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        using var target = new TempDirectory();
        CopiedPartition copied = Inspecting.Copy(fixture.LogDirectory, target.File("copy")).ShouldHaveSingleItem();

        copied.SkippedBytes.ShouldBe(0);
        copied.LostRangesCount.ShouldBe(0);
        copied.MendedCount.ShouldBe(0);
        Inspecting.ShouldBeSound(target.File("copy"));
        foreach (string path in Directory.GetFiles(fixture.PartitionDirectory))
        {
            // The copy's indexes have the default interval; only the batches themselves tell nothing of it.
            if (Path.GetExtension(path) is ".log" or ".txnindex" || Path.GetFileName(path) is "partition.metadata" or "leader-epoch-checkpoint")
            {
                File.ReadAllBytes(Path.Combine(target.File("copy"), "orders-0", Path.GetFileName(path))).ShouldBe(File.ReadAllBytes(path), path);
            }
        }
    }

    [Fact]
    public async Task Damage_is_left_out_and_the_rest_is_served()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        List<(long Offset, string Value)> values = fixture.Log.Values();
        await fixture.Manager.DisposeAsync();
        long secondOffset = fixture.Log.Segments[1].BaseOffset;
        InspectedBatch inFirst = DamageTests.BatchesOf(fixture, 0)[10];
        InspectedBatch inSecond = DamageTests.BatchesOf(fixture, secondOffset)[20];
        Inspecting.Flip(fixture.File(0, ".log"), inFirst.PositionBytes + 65);
        Inspecting.Flip(fixture.File(secondOffset, ".log"), inSecond.PositionBytes + 9);
        Inspecting.Flip(fixture.File(secondOffset, ".index"), 3);
        File.Delete(Path.Combine(fixture.PartitionDirectory, "leader-epoch-checkpoint"));
        using var target = new TempDirectory();
        string copy = target.File("copy");

        CopiedPartition copied = Inspecting.Copy(fixture.LogDirectory, copy).ShouldHaveSingleItem();
        copied.Lost.Select(lost => (lost.FromOffset, lost.UpToOffset, lost.PositionBytes)).ShouldBe(
        [
            (inFirst.BaseOffset, inFirst.NextOffset, inFirst.PositionBytes),
            (inSecond.BaseOffset, inSecond.NextOffset, inSecond.PositionBytes),
        ]);
        copied.SkippedBytes.ShouldBe(inFirst.LengthBytes + inSecond.LengthBytes);

        List<Finding> findings = Inspecting.Verify(copy).Findings;
        findings.ShouldAllBe(finding => finding.Kind == FindingKind.OffsetGap, string.Join('\n', findings));
        findings.Count.ShouldBe(2);
        await using LogFixture opened = await LogFixture.OpenCopyAsync(copy, MixedLog.Config, Storage.FileIo.Instance);
        opened.Manager.Recovery.WasClean.ShouldBeTrue();
        opened.Log.TopicId.ShouldBe(LogFixture.TopicId);
        opened.Log.Values().ShouldBe(values.Where(value => !IsIn(value.Offset, inFirst) && !IsIn(value.Offset, inSecond)));
        opened.Append(Batches.Of("next")).BaseOffset.ShouldBe(copied.NextOffset);
    }

    [Fact]
    public async Task Base_offset_and_leader_epoch_are_given_back()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        List<(long Offset, string Value)> values = fixture.Log.Values();
        await fixture.Manager.DisposeAsync();
        List<InspectedBatch> batches = DamageTests.BatchesOf(fixture, 0);
        Inspecting.Flip(fixture.File(0, ".log"), batches[10].PositionBytes + 7, 0x10);
        Inspecting.Flip(fixture.File(0, ".log"), batches[20].PositionBytes + 15, 0x40);
        using var target = new TempDirectory();
        string copy = target.File("copy");

        CopiedPartition copied = Inspecting.Copy(fixture.LogDirectory, copy).ShouldHaveSingleItem();
        copied.MendedCount.ShouldBe(2);
        copied.LostRangesCount.ShouldBe(0);
        Inspecting.ShouldBeSound(copy);
        await using LogFixture opened = await LogFixture.OpenCopyAsync(copy, MixedLog.Config, Storage.FileIo.Instance);
        opened.Log.Values().ShouldBe(values);
    }

    [Fact]
    public async Task Producers_of_the_copy_are_known_as_before()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        foreach (string snapshot in Directory.GetFiles(fixture.PartitionDirectory, "*.snapshot"))
        {
            File.WriteAllText(snapshot, "no snapshot");
        }

        using var target = new TempDirectory();
        string copy = target.File("copy");
        Inspecting.Copy(fixture.LogDirectory, copy);
        await using LogFixture opened = await LogFixture.OpenCopyAsync(copy, MixedLog.Config, Storage.FileIo.Instance);

        AppendResult duplicate = opened.Append(Batches.Idempotent(7, 0, baseSequence: 39 * 3, count: 3));
        duplicate.IsDuplicate.ShouldBeTrue();
        opened.Append(Batches.Idempotent(7, 0, baseSequence: 40 * 3)).ErrorCode.ShouldBe(Protocol.ErrorCode.None);
    }

    [Fact]
    public async Task The_unfinished_end_of_a_crashed_log_is_no_loss()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        File.Delete(Path.Combine(fixture.LogDirectory, ".kafka_cleanshutdown"));
        string path = fixture.File(fixture.Log.Segments[^1].BaseOffset, ".log");
        Inspecting.Change(path, bytes => [.. bytes, .. bytes[..40]]);
        using var target = new TempDirectory();

        CopiedPartition copied = Inspecting.Copy(fixture.LogDirectory, target.File("copy")).ShouldHaveSingleItem();
        copied.LostRangesCount.ShouldBe(0);
        copied.SkippedBytes.ShouldBe(40);
        Inspecting.ShouldBeSound(target.File("copy"));
    }

    [Fact]
    public async Task A_lost_end_is_told_though_nobody_knows_where_it_was()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        long baseOffset = fixture.Log.Segments[^1].BaseOffset;
        InspectedBatch last = DamageTests.BatchesOf(fixture, baseOffset)[^1];
        Inspecting.Flip(fixture.File(baseOffset, ".log"), last.EndPositionBytes - 1);
        using var target = new TempDirectory();

        CopiedPartition copied = Inspecting.Copy(fixture.LogDirectory, target.File("copy")).ShouldHaveSingleItem();
        copied.Lost.ShouldHaveSingleItem().ShouldBe(
            new LostOffsets(last.BaseOffset, null, fixture.File(baseOffset, ".log"), last.PositionBytes, "the checksum of a batch does not match"));
        Inspecting.ShouldBeSound(target.File("copy"));
    }

    [Fact]
    public async Task A_log_without_one_sound_batch_becomes_an_empty_one()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("a"));
        await fixture.Manager.DisposeAsync();
        Inspecting.Change(fixture.File(0, ".log"), bytes => new byte[bytes.Length]);
        using var target = new TempDirectory();

        Inspecting.Copy(fixture.LogDirectory, target.File("copy")).ShouldHaveSingleItem().NextOffset.ShouldBe(0);
        Inspecting.ShouldBeSound(target.File("copy"));
        await using LogFixture opened = await LogFixture.OpenCopyAsync(target.File("copy"), LogConfig.Default, Storage.FileIo.Instance);
        opened.Log.LogEndOffset.ShouldBe(0);
    }

    [Fact]
    public async Task A_partition_and_a_segment_are_copied_alone()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        using var target = new TempDirectory();
        Inspecting.Copy(fixture.PartitionDirectory, target.File("orders-5")).ShouldHaveSingleItem().SegmentsCount.ShouldBeGreaterThan(2);
        Inspecting.ShouldBeSound(target.File("orders-5"));
        long secondOffset = fixture.Log.Segments[1].BaseOffset;
        Inspecting.Copy(fixture.File(secondOffset, ".log"), target.File("one-0")).ShouldHaveSingleItem().SegmentsCount.ShouldBe(1);
        Inspecting.ShouldBeSound(target.File("one-0")).ShouldHaveSingleItem().FirstOffset.ShouldBe(secondOffset);
    }

    [Fact]
    public async Task The_target_must_be_free_and_outside()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        using var target = new TempDirectory();
        File.WriteAllText(target.File("something"), "");
        Should.Throw<ArgumentException>(() => Inspecting.Copy(fixture.LogDirectory, target.Path)).Message.ShouldContain("not empty");
        Should.Throw<ArgumentException>(() => Inspecting.Copy(fixture.LogDirectory, Path.Combine(fixture.LogDirectory, "copy"))).Message.ShouldContain("inside");
        Inspecting.ShouldBeSound(fixture.LogDirectory);
    }

    [Fact]
    public async Task Indexes_are_rebuilt_as_appending_built_them()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        string[] indexes = [.. Directory.GetFiles(fixture.PartitionDirectory).Where(path => Path.GetExtension(path) is ".index" or ".timeindex" or ".txnindex")];
        Dictionary<string, byte[]> right = indexes.ToDictionary(path => path, File.ReadAllBytes);
        right.Values.Count(bytes => bytes.Length > 0).ShouldBeGreaterThan(6);
        foreach (string path in indexes)
        {
            File.Delete(path);
        }

        IReadOnlyList<RebuiltSegment> rebuilt = Inspecting.Rebuild(fixture.LogDirectory, MixedLog.Config.IndexIntervalBytes);
        rebuilt.Count.ShouldBe(fixture.Log.SegmentCount);
        rebuilt.ShouldAllBe(segment => segment.Problem == null);
        foreach ((string path, byte[] bytes) in right)
        {
            File.ReadAllBytes(path).ShouldBe(bytes, path);
        }

        Inspecting.ShouldBeSound(fixture.LogDirectory);
    }

    [Fact]
    public async Task Indexes_of_a_damaged_segment_and_of_a_running_broker_are_left_alone()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        Should.Throw<LogDirectoryLockedException>(() => Inspecting.Rebuild(fixture.PartitionDirectory));
        await fixture.Manager.DisposeAsync();
        Inspecting.Flip(fixture.File(0, ".log"), 100);
        byte[] before = File.ReadAllBytes(fixture.File(0, ".index"));

        IReadOnlyList<RebuiltSegment> rebuilt = Inspecting.Rebuild(fixture.PartitionDirectory);
        rebuilt[0].Problem.ShouldNotBeNull().ShouldContain("position 0");
        rebuilt.Skip(1).ShouldAllBe(segment => segment.Problem == null);
        File.ReadAllBytes(fixture.File(0, ".index")).ShouldBe(before);
    }

    private static bool IsIn(long offset, InspectedBatch batch) => offset >= batch.BaseOffset && offset <= batch.LastOffset;
}
