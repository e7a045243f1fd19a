using Sluice.Log.Inspection;
using Sluice.Log.Segments;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;
using Sluice.Protocol.Records;

namespace Sluice.Log.Tests;

/// <summary>Batches that are received to where they are to stay.</summary>
public sealed class ArrivedAppendTests
{
    public ArrivedAppendTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "reserving blocks is Linux's");

    [Fact]
    public async Task A_batch_becomes_the_same_bytes_as_by_an_ordinary_append()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        await using LogFixture ordinary = await LogFixture.CreateAsync();
        foreach (LogFixture each in (LogFixture[])[fixture, ordinary]) each.Append(Batches.Of("before"));
        new ArrivedBatch(Batches.Of("a", "b")).TryAppendTo(fixture.Log, out AppendResult result, leaderEpoch: 3).ShouldBeTrue();
        AppendResult expected = ordinary.Append(Batches.Of("a", "b"), leaderEpoch: 3);

        result.ShouldBe(expected);
        result.BaseOffset.ShouldBe(1);
        fixture.Log.ReadBytes(0).ShouldBe(ordinary.Log.ReadBytes(0));
        fixture.Log.LeaderEpoch.ShouldBe(3);
        fixture.Log.HighWatermark.ShouldBe(3);
        fixture.Manager.Context.Metrics.ReceivedInPlaceBytes.ShouldBe(Batches.Of("a", "b").Length);
    }

    [Fact]
    public async Task Both_ways_in_turns_make_one_log_that_survives_a_flush_a_restart_and_a_kill()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { IndexIntervalBytes = 100 });
        for (int index = 0; index < 30; index++)
        {
            AppendByTurns(fixture, index);
            if (index == 10) await fixture.Log.FlushAsync();
            if (index == 15) await fixture.RestartAsync();
            if (index == 20) await fixture.CrashAsync();
        }

        List<(long, string)> expected = [.. Enumerable.Range(0, 30).Select(static index => ((long)index, $"v{index}"))];
        fixture.Log.Values().ShouldBe(expected);
        for (int offset = 0; offset < 30; offset++) fixture.Log.Values(offset).Count.ShouldBe(30 - offset);
        await fixture.RestartAsync();
        fixture.Log.Values().ShouldBe(expected);
        Inspecting.ShouldBeSound(fixture.PartitionDirectory);
    }

    [Fact]
    public async Task The_file_is_longer_than_its_batches_until_a_stop_in_order()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        new ArrivedBatch(Batches.Of("a")).TryAppendTo(fixture.Log, out _).ShouldBeTrue();
        long sizeBytes = fixture.Log.SizeBytes;
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(AppendWindow.LengthBytes);
        await fixture.RestartAsync();
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(sizeBytes);
    }

    [Fact]
    public async Task Reserved_blocks_are_no_damage_after_a_kill()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        new ArrivedBatch(Batches.Of("a")).TryAppendTo(fixture.Log, out _).ShouldBeTrue();
        long sizeBytes = fixture.Log.SizeBytes;
        await fixture.CrashAsync(damage: () => Inspecting.Verify(fixture.PartitionDirectory)
            .Findings.Where(static finding => finding.Severity != FindingSeverity.Note).ShouldBeEmpty());
        fixture.Manager.Recovery.WasClean.ShouldBeFalse();
        fixture.Manager.Recovery.Truncations.ShouldBeEmpty();
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(sizeBytes);
        fixture.Log.Values().ShouldBe([(0, "a")]);
    }

    [Fact]
    public async Task A_window_is_followed_by_the_next_one()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { MaxMessageBytes = 2_000_000 });
        int batchBytes = Batches.OfBytes(1_500_000).Length;
        for (int index = 0; index < 8; index++) new ArrivedBatch(Batches.OfBytes(1_500_000)).TryAppendTo(fixture.Log, out _).ShouldBeTrue();
        fixture.Log.SizeBytes.ShouldBe(8L * batchBytes);
        fixture.Log.SizeBytes.ShouldBeGreaterThan(AppendWindow.LengthBytes);
        fixture.Log.Values().Select(static value => value.Offset).ShouldBe(Enumerable.Range(0, 8).Select(static offset => (long)offset));
        await fixture.RestartAsync();
        Inspecting.ShouldBeSound(fixture.PartitionDirectory);
    }

    [Fact]
    public async Task A_full_segment_is_left_by_the_ordinary_way_and_the_next_one_is_received_into_again()
    {
        int batchBytes = Batches.OfBytes(100).Length;
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 3 * batchBytes });
        int receivedCount = 0;
        for (int index = 0; index < 7; index++)
        {
            var batch = new ArrivedBatch(Batches.OfBytes(100));
            if (batch.TryAppendTo(fixture.Log, out _)) receivedCount++;
            else fixture.Append(Batches.OfBytes(100)).ErrorCode.ShouldBe(ErrorCode.None);
            batch.TakenBack.ShouldBeNull("nothing is received before there is a place for it");
        }

        receivedCount.ShouldBe(5);
        fixture.Log.Segments.Select(static segment => segment.BaseOffset).ShouldBe([0, 3, 6]);
        foreach (long offset in (long[])[0, 3]) new FileInfo(fixture.File(offset, ".log")).Length.ShouldBe(3 * batchBytes);
        await fixture.RestartAsync();
        fixture.Log.Values().Count.ShouldBe(7);
        Inspecting.ShouldBeSound(fixture.PartitionDirectory);
    }

    [Fact]
    public async Task Without_room_for_a_window_a_batch_goes_the_ordinary_way()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("a"));
        long sizeBytes = fixture.Log.SizeBytes;
        fixture.Io.Fails = static call => call == "Reserve";
        fixture.Io.Failure = FaultyFileIo.DiskFull;
        new ArrivedBatch(Batches.Of("b")).TryAppendTo(fixture.Log, out _).ShouldBeFalse();
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(sizeBytes);
        fixture.Log.IsOnline.ShouldBeTrue();
        fixture.Append(Batches.Of("b")).BaseOffset.ShouldBe(1);

        // Full to the last byte: the answer is that of a full disk.
        fixture.Io.Fails = static call => call is "Reserve" or "Write";
        new ArrivedBatch(Batches.Of("c")).TryAppendTo(fixture.Log, out _).ShouldBeFalse();
        fixture.Append(Batches.Of("c")).ErrorCode.ShouldBe(ErrorCode.KafkaStorageError);
        fixture.Io.Failure = null;
        fixture.Append(Batches.Of("c")).BaseOffset.ShouldBe(2);
        fixture.Log.Values().Select(static value => value.Value).ShouldBe(["a", "b", "c"]);
    }

    public static TheoryData<string> Refused() =>
        ["cut off", "unwilling", "checksum", "duplicate", "gap", "records", "timestamp", "not the maximum"];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_stay_goes_back_and_leaves_no_trace(string what)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { MessageTimestampAfterMaxMs = 1000 });
        new ArrivedBatch(Batches.Idempotent(7, 0, 0)).TryAppendTo(fixture.Log, out _).ShouldBeTrue();
        byte[] before = fixture.Log.ReadBytes(0);
        byte[] batch = Broken(what);
        var arrived = new ArrivedBatch(batch) { ArrivedBytes = what == "cut off" ? 5 : batch.Length - 64, IsWilling = what != "unwilling" };
        arrived.TryAppendTo(fixture.Log, out _).ShouldBeFalse();

        arrived.TakenBack.ShouldNotBeNull();
        fixture.Log.LogEndOffset.ShouldBe(1);
        File.ReadAllBytes(fixture.File(0, ".log")).AsSpan(before.Length).ContainsAnyExcept((byte)0).ShouldBeFalse();
        await fixture.CrashAsync();
        fixture.Log.ReadBytes(0).ShouldBe(before);
        fixture.Manager.Recovery.Truncations.ShouldBeEmpty();
        // And the next one is taken, where the refused one was.
        new ArrivedBatch(Batches.Idempotent(7, 0, 1)).TryAppendTo(fixture.Log, out AppendResult next).ShouldBeTrue();
        next.BaseOffset.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_batch_that_a_kill_met_before_it_was_looked_at_is_not_in_the_log(int before)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        for (int index = 0; index < before; index++) AppendByTurns(fixture, index);
        byte[] killed = [];
        var arrived = new ArrivedBatch(Batches.Of("whole", "sound")) { Received = () => killed = File.ReadAllBytes(fixture.File(0, ".log")) };
        arrived.TryAppendTo(fixture.Log, out _).ShouldBeTrue();
        killed.AsSpan().IndexOf("sound"u8).ShouldBeGreaterThan(0);

        await fixture.CrashAsync(damage: () => File.WriteAllBytes(fixture.File(0, ".log"), killed));
        fixture.Log.LogEndOffset.ShouldBe(before);
        fixture.Log.Values().Count.ShouldBe(before);
        fixture.Manager.Recovery.Truncations.ShouldHaveSingleItem();
    }

    public static TheoryData<string> NotMeant() => ["compressed", "control", "base offset", "size", "too large", "topic's codec", "broker's time"];

    [Theory]
    [MemberData(nameof(NotMeant))]
    public async Task What_its_header_speaks_against_is_not_even_received(string what)
    {
        LogConfig config = LogConfig.Default with
        {
            MaxMessageBytes = what == "too large" ? 70 : 1_000_000,
            CompressionType = what == "topic's codec" ? CompressionType.Lz4 : null,
            MessageTimestampType = what == "broker's time" ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        };
        await using LogFixture fixture = await LogFixture.CreateAsync(config);
        byte[] batch = what == "compressed" ? Batches.Compressed(CompressionType.Lz4, Batches.NowMs) : Batches.Of("some value");
        if (what == "base offset") RecordBatchPatch.AssignOffsets(batch, 5, 0);
        if (what == "size") batch[11]--;
        if (what == "control")
        {
            batch[RecordBatchFormat.AttributesPosition + 1] |= 0x20;
            RecordBatchPatch.WriteCrc(batch);
        }

        var arrived = new ArrivedBatch(batch);
        arrived.TryAppendTo(fixture.Log, out _).ShouldBeFalse();
        (arrived.TakenBack is null).ShouldBe(what != "control", "a control batch is found out by the checks of the whole");
        fixture.Log.LogEndOffset.ShouldBe(0);
    }

    [Fact]
    public async Task After_a_truncation_batches_are_received_behind_the_new_end()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        for (int index = 0; index < 6; index++) AppendByTurns(fixture, index);
        fixture.Log.TruncateTo(3).ShouldBeTrue();
        new FileInfo(fixture.File(0, ".log")).Length.ShouldBe(fixture.Log.SizeBytes);
        new ArrivedBatch(Batches.Of("new")).TryAppendTo(fixture.Log, out AppendResult result).ShouldBeTrue();
        result.BaseOffset.ShouldBe(3);
        fixture.Log.Values().ShouldBe([(0, "v0"), (1, "v1"), (2, "v2"), (3, "new")]);
        fixture.Log.TruncateFully(10);
        new ArrivedBatch(Batches.Of("newer")).TryAppendTo(fixture.Log, out result).ShouldBeTrue();
        fixture.Log.Values().ShouldBe([(10, "newer")]);
    }

    [Fact]
    public async Task A_closed_log_takes_nothing()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        PartitionLog log = fixture.Log;
        new ArrivedBatch(Batches.Of("a")).TryAppendTo(log, out _).ShouldBeTrue();
        await fixture.RestartAsync();
        new ArrivedBatch(Batches.Of("b")).TryAppendTo(log, out _).ShouldBeFalse();
        fixture.Log.Values().ShouldBe([(0, "a")]);
    }

    [Fact]
    public async Task Readers_see_whole_batches_only_while_others_are_received()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 300_000 });
        const int batchesCount = 600;
        Task<int> reading = Task.Run(() =>
        {
            int seenCount = 0;
            while (seenCount < batchesCount) seenCount = LogReader.CountBatches(ReadAll(fixture.Log));
            return seenCount;
        });
        for (int index = 0; index < batchesCount; index++)
        {
            byte[] batch = Batches.OfBytes(500 + (index % 7 * 300));
            bool isCutOff = index % 5 == 0;
            var arrived = new ArrivedBatch(batch) { ArrivedBytes = isCutOff ? 100 : batch.Length - 64 };
            if (!arrived.TryAppendTo(fixture.Log, out _)) fixture.Append(batch).ErrorCode.ShouldBe(ErrorCode.None);
        }

        (await reading.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBe(batchesCount);
    }

    private static byte[] ReadAll(PartitionLog log)
    {
        var all = new List<byte>();
        for (long offset = 0; log.ReadBytes(offset) is { Length: > 0 } bytes; offset += LogReader.CountBatches(bytes)) all.AddRange(bytes);
        return [.. all];
    }

    private static void AppendByTurns(LogFixture fixture, int index)
    {
        byte[] batch = Batches.Of($"v{index}");
        if (index % 2 == 0) new ArrivedBatch(batch).TryAppendTo(fixture.Log, out _).ShouldBeTrue();
        else fixture.Append(batch).BaseOffset.ShouldBe(index);
    }

    private static byte[] Broken(string what)
    {
        byte[] batch = what switch
        {
            "duplicate" => Batches.Idempotent(7, 0, 0),
            "gap" => Batches.Idempotent(7, 0, 5),
            "timestamp" => Batches.At(Batches.NowMs + 5000),
            _ => Batches.Of("some value", "and another"),
        };
        if (what == "checksum") batch[^1] ^= 1;
        if (what == "records")
        {
            batch[RecordBatchFormat.HeaderBytes] ^= 0x7F;
            RecordBatchPatch.WriteCrc(batch);
        }

        if (what == "not the maximum") RecordBatchPatch.SetTimestamp(batch, TimestampType.CreateTime, Batches.NowMs + 1);
        return batch;
    }
}
