using System.Buffers.Binary;
using Sluice.Log.Inspection;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests.Inspection;

/// <summary>Every kind of damage is found, named, and found in its place.</summary>
public sealed class DamageTests
{
    [Fact]
    public async Task A_changed_record_is_a_wrong_checksum_at_the_position_of_its_batch()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        // The first batch of its round has the newest record so far, and an entry in the time index.
        InspectedBatch batch = BatchesOf(fixture, 0)[8];
        Inspecting.Flip(fixture.File(0, ".log"), batch.PositionBytes + 70);

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.BatchChecksum);
        finding.Code.ShouldBe("batch-checksum");
        finding.Severity.ShouldBe(FindingSeverity.Damage);
        finding.Path.ShouldBe(fixture.File(0, ".log"));
        finding.PositionBytes.ShouldBe(batch.PositionBytes);
        finding.Offset.ShouldBe(batch.BaseOffset);
        finding.Meaning.ShouldNotBeNullOrWhiteSpace();
        finding.Remedy.ShouldContain("sluice log copy");
    }

    [Fact]
    public async Task Damage_to_any_one_batch_is_one_finding()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        byte[] sound = File.ReadAllBytes(fixture.File(0, ".log"));
        foreach (InspectedBatch batch in BatchesOf(fixture, 0))
        {
            byte[] damaged = [.. sound];
            damaged[batch.EndPositionBytes - 1] ^= 0x80;
            File.WriteAllBytes(fixture.File(0, ".log"), damaged);

            Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
            (finding.Kind, finding.PositionBytes, finding.Offset).ShouldBe((FindingKind.BatchChecksum, batch.PositionBytes, batch.BaseOffset));
        }
    }

    [Theory]
    [InlineData(0x7F)]
    [InlineData(0x01)]
    public async Task A_changed_size_hides_no_more_than_its_batch(byte mask)
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        List<InspectedBatch> batches = BatchesOf(fixture, 0);
        Inspecting.Flip(fixture.File(0, ".log"), batches[10].PositionBytes + 8 + (mask == 1 ? 2 : 0), mask);

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.BatchMissing);
        finding.PositionBytes.ShouldBe(batches[10].PositionBytes);
        finding.What.ShouldContain($"the next one begins at position {batches[11].PositionBytes}");
    }

    [Fact]
    public async Task Garbage_between_batches_is_passed_over()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        List<InspectedBatch> batches = BatchesOf(fixture, 0);
        int position = (int)batches[10].PositionBytes;
        int length = (int)(batches[14].PositionBytes - position);
        Inspecting.Change(fixture.File(0, ".log"), bytes =>
        {
            new Random(3).NextBytes(bytes.AsSpan(position, length));
            return bytes;
        });

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.BatchMissing);
        finding.PositionBytes.ShouldBe(position);
        finding.Offset.ShouldBe(batches[10].BaseOffset);
        Inspecting.Verify(fixture.LogDirectory).Verdicts[0].DamagedBytes.ShouldBe(length);
    }

    [Fact]
    public async Task A_changed_base_offset_is_told_by_the_neighbours()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        InspectedBatch batch = BatchesOf(fixture, 0)[10];
        Inspecting.Flip(fixture.File(0, ".log"), batch.PositionBytes + 7, 0x10);

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.BatchOffset);
        finding.Offset.ShouldBe(batch.BaseOffset);
        finding.What.ShouldContain($"room for it only from {batch.BaseOffset} on");
    }

    [Fact]
    public async Task A_changed_leader_epoch_is_told_by_the_checkpoint()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        InspectedBatch batch = BatchesOf(fixture, 0)[10];
        Inspecting.Flip(fixture.File(0, ".log"), batch.PositionBytes + 15, 0x40);

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.BatchEpoch);
        finding.PositionBytes.ShouldBe(batch.PositionBytes + 12);
        finding.Offset.ShouldBe(batch.BaseOffset);
    }

    [Fact]
    public async Task A_cut_tail_is_damage_after_a_clean_shutdown_and_a_note_without_one()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        long baseOffset = fixture.Log.Segments[^1].BaseOffset;
        InspectedBatch last = BatchesOf(fixture, baseOffset)[^1];
        Inspecting.Change(fixture.File(baseOffset, ".log"), bytes => bytes[..^3]);
        List<Finding> clean = Inspecting.Verify(fixture.LogDirectory).Findings;
        File.Delete(Path.Combine(fixture.LogDirectory, ".kafka_cleanshutdown"));
        File.Delete(Path.Combine(fixture.LogDirectory, "recovery-point-offset-checkpoint"));
        File.Delete(Path.Combine(fixture.LogDirectory, "replication-offset-checkpoint"));
        List<Finding> crashed = Inspecting.Verify(fixture.LogDirectory).Findings;

        Finding damage = clean.First(finding => finding.Kind == FindingKind.TailCutOff);
        damage.Severity.ShouldBe(FindingSeverity.Damage);
        damage.PositionBytes.ShouldBe(last.PositionBytes);
        clean.ShouldContain(finding => finding.Kind == FindingKind.CheckpointBeyondEnd && finding.Severity == FindingSeverity.Damage);
        crashed.ShouldContain(finding => finding.Kind == FindingKind.TailCutOff && finding.PositionBytes == last.PositionBytes);
        crashed.ShouldAllBe(finding => finding.Severity == FindingSeverity.Note, string.Join('\n', crashed));
    }

    [Fact]
    public async Task A_cut_tail_of_an_earlier_segment_is_damage_even_after_a_crash()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        File.Delete(Path.Combine(fixture.LogDirectory, ".kafka_cleanshutdown"));
        Inspecting.Change(fixture.File(0, ".log"), bytes => bytes[..^3]);

        Inspecting.Verify(fixture.LogDirectory).Findings.ShouldContain(
            finding => finding.Kind == FindingKind.TailCutOff && finding.Severity == FindingSeverity.Damage && finding.Path == fixture.File(0, ".log"));
    }

    [Fact]
    public async Task Zeros_behind_the_last_batch_are_named()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        string path = fixture.File(fixture.Log.Segments[^1].BaseOffset, ".log");
        long length = new FileInfo(path).Length;
        Inspecting.Change(path, bytes => [.. bytes, .. new byte[100_000]]);

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.TailZeros);
        finding.PositionBytes.ShouldBe(length);
    }

    [Fact]
    public async Task Records_that_contradict_their_header_are_found_behind_a_right_checksum()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        InspectedBatch batch = BatchesOf(fixture, 0)[8];
        batch.CompressionType.ShouldBe(CompressionType.None);
        Patch(fixture, batch, bytes => BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchFormat.RecordsCountPosition..], 4));
        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.RecordsUnreadable);

        Patch(fixture, batch, bytes =>
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes[RecordBatchFormat.RecordsCountPosition..], 5);
            bytes[RecordBatchFormat.RecordsPosition + 3] = 8; // The first record's offset delta becomes 4.
        });
        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.RecordsInconsistent);
        finding.PositionBytes.ShouldBe(batch.PositionBytes);
        finding.Offset.ShouldBe(batch.BaseOffset);
    }

    [Fact]
    public async Task A_codec_that_does_not_fit_the_payload_is_found_behind_a_right_checksum()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        InspectedBatch batch = BatchesOf(fixture, 0).First(batch => batch.CompressionType == CompressionType.Gzip);
        Patch(fixture, batch, bytes => bytes[RecordBatchFormat.AttributesPosition + 1] = (byte)CompressionType.Zstd);
        Finding wrong = Inspecting.OnlyProblem(fixture.LogDirectory);
        wrong.Kind.ShouldBe(FindingKind.RecordsUnreadable);
        wrong.What.ShouldContain("zstd");

        Patch(fixture, batch, bytes => bytes[RecordBatchFormat.AttributesPosition + 1] = 6);
        Inspecting.OnlyProblem(fixture.LogDirectory).What.ShouldContain("no compression codec 6");
    }

    [Fact]
    public async Task Records_that_decompress_to_too_much_are_not_looked_at()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        var findings = new List<Finding>();
        new LogVerifier(new InspectionLimits(1 << 20, DecompressedBytesMax: 100), checksRecords: true, new InspectionProgress(), findings.Add, _ => { })
            .Verify(InspectedPath.Identify(fixture.LogDirectory), CancellationToken.None);

        findings.ShouldNotBeEmpty();
        findings.ShouldAllBe(finding => finding.Kind == FindingKind.RecordsNotRead && finding.Severity == FindingSeverity.Note);
    }

    [Theory]
    [InlineData(".index", FindingKind.OffsetIndexEntry, 8 * 3)]
    [InlineData(".index", FindingKind.OffsetIndexEntry, (8 * 3) + 6)]
    [InlineData(".timeindex", FindingKind.TimeIndexEntry, 12 * 3)]
    [InlineData(".timeindex", FindingKind.TimeIndexEntry, (12 * 3) + 5)]
    [InlineData(".timeindex", FindingKind.TimeIndexEntry, (12 * 3) + 10)]
    [InlineData(".txnindex", FindingKind.TransactionIndexEntry, 34 * 2)]
    [InlineData(".txnindex", FindingKind.TransactionIndexEntry, (34 * 2) + 8)]
    [InlineData(".txnindex", FindingKind.TransactionIndexEntry, (34 * 2) + 24)]
    public async Task A_changed_index_entry_is_found_and_mended_by_a_rebuild(string extension, FindingKind kind, int position)
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        byte[] right = File.ReadAllBytes(fixture.File(0, extension));
        Inspecting.Flip(fixture.File(0, extension), position, 0x55);

        List<Finding> findings = Inspecting.Verify(fixture.LogDirectory).Findings;
        findings.ShouldNotBeEmpty();
        findings.ShouldAllBe(finding => finding.Severity == FindingSeverity.Repairable && finding.Path == fixture.File(0, extension), string.Join('\n', findings));
        findings.ShouldContain(finding => finding.Kind == kind);
        int entryBytes = extension switch { ".index" => 8, ".timeindex" => 12, _ => 34 };
        findings.ShouldContain(finding => finding.PositionBytes >= position / entryBytes * entryBytes);

        Inspecting.Rebuild(fixture.File(0, ".log"), MixedLog.Config.IndexIntervalBytes).ShouldHaveSingleItem().Problem.ShouldBeNull();
        File.ReadAllBytes(fixture.File(0, extension)).ShouldBe(right);
        Inspecting.ShouldBeSound(fixture.LogDirectory);
    }

    [Theory]
    [InlineData(".index", FindingKind.IndexMissing)]
    [InlineData(".timeindex", FindingKind.IndexMissing)]
    [InlineData(".txnindex", FindingKind.TransactionIndexIncomplete)]
    public async Task A_missing_index_is_found(string extension, FindingKind kind)
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        File.Delete(fixture.File(0, extension));

        List<Finding> findings = Inspecting.Verify(fixture.LogDirectory).Findings;
        findings.ShouldNotBeEmpty();
        findings.ShouldAllBe(finding => finding.Kind == kind && finding.Severity == FindingSeverity.Repairable && finding.Path == fixture.File(0, extension));
    }

    [Theory]
    [InlineData(".index")]
    [InlineData(".timeindex")]
    [InlineData(".txnindex")]
    public async Task An_index_that_ends_within_an_entry_is_found(string extension)
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        Inspecting.Change(fixture.File(0, extension), bytes => [.. bytes, 1]);

        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.IndexLength);
    }

    [Fact]
    public async Task A_time_index_without_its_last_entry_misses_the_newest_records()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        Inspecting.Change(fixture.File(0, ".timeindex"), bytes => bytes[..^12]);

        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.TimeIndexIncomplete);
    }

    [Fact]
    public async Task An_index_that_was_not_cut_is_found_after_a_clean_shutdown_only()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        string path = fixture.File(fixture.Log.Segments[^1].BaseOffset, ".index");
        Inspecting.Change(path, bytes => [.. bytes, .. new byte[8 * 1000]]);
        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.IndexLength);
        File.Delete(Path.Combine(fixture.LogDirectory, ".kafka_cleanshutdown"));

        Inspecting.ShouldBeSound(fixture.LogDirectory);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_found()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        long offset = fixture.Log.Segments[1].BaseOffset;
        Inspecting.Flip(fixture.File(offset, ".snapshot"), 20);

        Finding finding = Inspecting.OnlyProblem(fixture.LogDirectory);
        finding.Kind.ShouldBe(FindingKind.SnapshotUnreadable);
        finding.Path.ShouldBe(fixture.File(offset, ".snapshot"));
        finding.Offset.ShouldBe(offset);
    }

    [Fact]
    public async Task A_snapshot_that_knows_too_much_is_found()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        long offset = fixture.Log.Segments[1].BaseOffset;
        File.Copy(fixture.File(fixture.Log.Segments[2].BaseOffset, ".snapshot"), fixture.File(offset, ".snapshot"), overwrite: true);
        Inspecting.Verify(fixture.LogDirectory).Findings.ShouldAllBe(finding => finding.Kind == FindingKind.SnapshotAheadOfLog);

        File.Delete(fixture.File(offset, ".snapshot"));
        File.Copy(fixture.File(fixture.Log.Segments[2].BaseOffset, ".snapshot"), fixture.File(999_999, ".snapshot"));
        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.SnapshotAheadOfLog);
    }

    [Theory]
    [InlineData("0\n2\n0 0\n1", FindingKind.EpochsUnreadable)]
    [InlineData("7\n0\n", FindingKind.EpochsUnreadable)]
    [InlineData("0\n2\n0 0\n0 310\n", FindingKind.EpochsWrong)]
    [InlineData("0\n5\n0 0\n1 310\n2 620\n3 930\n4 99999\n", FindingKind.EpochsWrong)]
    [InlineData("0\n4\n0 0\n1 309\n2 620\n3 930\n", FindingKind.BatchEpoch)]
    [InlineData("0\n0\n", FindingKind.EpochsUnreadable)]
    public async Task Epochs_that_cannot_be_are_found(string content, FindingKind kind)
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        File.WriteAllText(Path.Combine(fixture.PartitionDirectory, "leader-epoch-checkpoint"), content);
        if (kind == FindingKind.BatchEpoch)
        {
            // The batch that begins at 310 is the first of its epoch; one before it says that the epoch began earlier.
            File.WriteAllText(Path.Combine(fixture.PartitionDirectory, "leader-epoch-checkpoint"), content.Replace("1 309", "1 300", StringComparison.Ordinal));
        }

        List<Finding> findings = Inspecting.Verify(fixture.LogDirectory).Findings;
        findings.ShouldNotBeEmpty();
        findings.ShouldAllBe(finding => finding.Kind == kind && finding.Severity == FindingSeverity.Repairable, string.Join('\n', findings));
    }

    [Theory]
    [InlineData("recovery-point-offset-checkpoint", FindingSeverity.Damage)]
    [InlineData("replication-offset-checkpoint", FindingSeverity.Damage)]
    [InlineData("log-start-offset-checkpoint", FindingSeverity.Damage)]
    [InlineData("cleaner-offset-checkpoint", FindingSeverity.Repairable)]
    public async Task Checkpoints_beyond_the_end_and_unreadable_ones_are_found(string name, FindingSeverity severity)
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        string path = Path.Combine(fixture.LogDirectory, name);
        File.WriteAllText(path, "0\n1\norders 0 1240\n");
        Inspecting.ShouldBeSound(fixture.LogDirectory);
        File.WriteAllText(path, "0\n1\norders 0 1241\n");
        Finding beyond = Inspecting.OnlyProblem(fixture.LogDirectory);
        beyond.Kind.ShouldBe(FindingKind.CheckpointBeyondEnd);
        beyond.Severity.ShouldBe(severity);
        beyond.Path.ShouldBe(path);
        beyond.Offset.ShouldBe(1241);

        File.WriteAllText(path, "0\n2\norders 0 1\n");
        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.CheckpointUnreadable);
        File.WriteAllText(path, "0\n1\ngone 3 1\n");
        Inspecting.Verify(fixture.LogDirectory).Findings.ShouldHaveSingleItem().Kind.ShouldBe(FindingKind.CheckpointStranger);
    }

    [Fact]
    public async Task Partitions_of_one_topic_must_agree_on_its_id()
    {
        await using LogFixture fixture = await MixedLog.CreateAsync();
        fixture.Manager.Create(new TopicPartition("orders", 1), LogFixture.TopicId, fixture.Config);
        fixture.Manager.Create(new TopicPartition("orders", 2), Uuid.NewRandom(), fixture.Config);
        await fixture.Manager.DisposeAsync();
        Finding conflict = Inspecting.OnlyProblem(fixture.LogDirectory);
        conflict.Kind.ShouldBe(FindingKind.TopicIdConflict);
        conflict.Path.ShouldContain("orders-2");

        File.WriteAllText(Path.Combine(fixture.LogDirectory, "orders-2", "partition.metadata"), "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA");
        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.TopicIdUnreadable);
    }

    [Fact]
    public async Task Leftovers_and_strangers_are_named()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        File.WriteAllText(fixture.File(3, ".log.cleaned"), "");
        File.WriteAllText(fixture.File(3, ".index.deleted"), "");
        File.WriteAllText(fixture.File(3, ".timeindex"), "");
        Directory.CreateDirectory(Path.Combine(fixture.LogDirectory, $"gone-0.{Guid.NewGuid():N}-delete"));
        List<Finding> notes = Inspecting.Verify(fixture.LogDirectory).Findings;
        notes.Count(finding => finding.Kind == FindingKind.LeftoverFile).ShouldBe(3);
        notes.Count(finding => finding.Kind == FindingKind.LeftoverDirectory).ShouldBe(1);
        notes.ShouldAllBe(finding => finding.Severity == FindingSeverity.Note);

        Directory.CreateDirectory(Path.Combine(fixture.LogDirectory, "photos"));
        Inspecting.OnlyProblem(fixture.LogDirectory).Kind.ShouldBe(FindingKind.StrangeDirectory);
        File.WriteAllText(Path.Combine(fixture.LogDirectory, "meta.properties"), "version=1\n");
        Inspecting.Verify(fixture.LogDirectory).Findings.ShouldContain(finding => finding.Kind == FindingKind.IdentityUnreadable);
    }

    [Fact]
    public async Task A_segment_whose_batches_reach_into_the_next_one_is_found()
    {
        await using LogFixture fixture = await MixedLog.CreateClosedAsync();
        long secondOffset = fixture.Log.Segments[1].BaseOffset;
        byte[] first = File.ReadAllBytes(fixture.File(0, ".log"));
        InspectedBatch last = BatchesOf(fixture, 0)[^1];
        byte[] again = first[(int)last.PositionBytes..];
        RecordBatchPatch.AssignOffsets(again, secondOffset, last.LeaderEpoch);
        File.WriteAllBytes(fixture.File(0, ".log"), [.. first, .. again]);

        Inspecting.Verify(fixture.LogDirectory).Findings.ShouldContain(
            finding => finding.Kind == FindingKind.BatchBeyondSegment && finding.Offset == secondOffset && finding.PositionBytes == first.Length);
    }

    internal static List<InspectedBatch> BatchesOf(LogFixture fixture, long baseOffset)
    {
        var batches = new List<InspectedBatch>();
        using var walker = new BatchWalker(fixture.File(baseOffset, ".log"), baseOffset, InspectionLimits.Default);
        while (walker.MoveNext())
        {
            batches.Add(walker.Current);
        }

        return batches;
    }

    private delegate void Patching(Span<byte> batch);

    // Changes a batch and gives it a right checksum.
    private static void Patch(LogFixture fixture, InspectedBatch batch, Patching patch)
    {
        Inspecting.Change(fixture.File(0, ".log"), bytes =>
        {
            Span<byte> patched = bytes.AsSpan((int)batch.PositionBytes, (int)batch.LengthBytes);
            patch(patched);
            RecordBatchPatch.WriteCrc(patched);
            return bytes;
        });
    }
}
