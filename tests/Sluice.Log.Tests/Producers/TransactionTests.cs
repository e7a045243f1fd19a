using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Producers;

public sealed class TransactionTests
{
    [Fact]
    public async Task An_open_transaction_holds_the_last_stable_offset_back()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Of("plain"));
        fixture.Append(Batches.Idempotent(7, 0, 0, 2, transactional: true));
        fixture.Append(Batches.Of("plain"));
        fixture.Log.Offsets().ShouldBe(new LogOffsets(0, 4, 1, 4));

        fixture.AppendMarker(Batches.Marker(7, 0, commit: true)).BaseOffset.ShouldBe(4);
        fixture.Log.Offsets().ShouldBe(new LogOffsets(0, 5, 5, 5));
        fixture.Log.CollectAbortedTransactions(0, 5).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_ended_transaction_is_unstable_until_its_marker_is_replicated()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(configure: options => options.HighWatermarkFollowsEnd = false);
        fixture.Append(Batches.Idempotent(7, 0, 0, 2, transactional: true));
        fixture.AppendMarker(Batches.Marker(7, 0, commit: true));
        fixture.Log.AdvanceHighWatermark(2);
        fixture.Log.LastStableOffset.ShouldBe(0);
        fixture.Log.AdvanceHighWatermark(3);
        fixture.Log.LastStableOffset.ShouldBe(3);
    }

    [Fact]
    public async Task Aborted_transactions_are_found_by_the_ranges_that_they_overlap()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 0, 0, 2, transactional: true)); // 0, 1
        fixture.Append(Batches.Idempotent(8, 0, 0, 1, transactional: true)); // 2
        fixture.AppendMarker(Batches.Marker(7, 0, commit: false)); // 3
        fixture.AppendMarker(Batches.Marker(8, 0, commit: false)); // 4
        fixture.Append(Batches.Of("plain")); // 5

        fixture.Log.CollectAbortedTransactions(0, 6).ShouldBe([new AbortedTransaction(7, 0), new AbortedTransaction(8, 2)]);
        fixture.Log.CollectAbortedTransactions(0, 2).ShouldBe([new AbortedTransaction(7, 0)]);
        fixture.Log.CollectAbortedTransactions(4, 6).ShouldBe([new AbortedTransaction(8, 2)]);
        fixture.Log.CollectAbortedTransactions(5, 6).ShouldBeEmpty();
        Convert.ToHexString(File.ReadAllBytes(fixture.File(0, ".txnindex"))).ShouldBe(
            "0000" + "0000000000000007" + "0000000000000000" + "0000000000000003" + "0000000000000002"
            + "0000" + "0000000000000008" + "0000000000000002" + "0000000000000004" + "0000000000000005");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task An_abort_is_known_after_a_crash_though_the_log_begins_within_its_transaction(long logStartOffset)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 0, 0, 4, transactional: true)); // 0 to 3
        fixture.Append(Batches.Idempotent(7, 0, 4, 2, transactional: true)); // 4, 5
        fixture.AppendMarker(Batches.Marker(7, 0, commit: false)); // 6
        fixture.Log.DeleteRecords(logStartOffset, out _);
        fixture.Manager.CheckpointAll();
        await fixture.CrashAsync();

        fixture.Log.Offsets().ShouldBe(new LogOffsets(logStartOffset, 7, 7, 7));
        fixture.Log.CollectAbortedTransactions(logStartOffset, 7).ShouldBe([new AbortedTransaction(7, 0)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Transactions_survive_restarts(bool crash)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync(LogConfig.Default with { SegmentBytes = 600 });
        for (int round = 0; round < 6; round++)
        {
            fixture.Append(Batches.Idempotent(7, 0, round, transactional: true));
            fixture.AppendMarker(Batches.Marker(7, 0, commit: round % 2 == 0));
        }

        fixture.Append(Batches.Idempotent(9, 0, 0, transactional: true));
        LogOffsets offsets = fixture.Log.Offsets();
        IReadOnlyList<AbortedTransaction> aborted = fixture.Log.CollectAbortedTransactions(0, offsets.LogEndOffset);
        aborted.Count.ShouldBe(3);

        await (crash ? fixture.CrashAsync() : fixture.RestartAsync());

        fixture.Log.Offsets().ShouldBe(offsets);
        fixture.Log.CollectAbortedTransactions(0, offsets.LogEndOffset).ShouldBe(aborted);
        fixture.AppendMarker(Batches.Marker(9, 0, commit: true));
        fixture.Log.LastStableOffset.ShouldBe(fixture.Log.LogEndOffset);
    }

    [Fact]
    public async Task A_batch_outside_of_the_open_transaction_is_refused()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 0, 0, transactional: true));
        fixture.Append(Batches.Idempotent(7, 0, 1)).ErrorCode.ShouldBe(ErrorCode.InvalidTxnState);
    }

    [Fact]
    public async Task Markers_of_old_epochs_and_old_coordinators_are_fenced()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 3, 0, transactional: true));
        fixture.AppendMarker(Batches.Marker(7, 2, commit: true)).ErrorCode.ShouldBe(ErrorCode.InvalidProducerEpoch);
        fixture.AppendMarker(Batches.Marker(7, 3, commit: true, coordinatorEpoch: 5)).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.AppendMarker(Batches.Marker(7, 3, commit: true, coordinatorEpoch: 4)).ErrorCode.ShouldBe(ErrorCode.TransactionCoordinatorFenced);
        fixture.AppendMarker(Batches.Marker(7, 3, commit: true, coordinatorEpoch: 5)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_version_2_marker_carries_the_next_epoch_and_may_be_repeated()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 3, 0, transactional: true));
        fixture.AppendMarker(Batches.Marker(7, 3, commit: true), version2: true).ErrorCode.ShouldBe(ErrorCode.InvalidProducerEpoch);
        fixture.AppendMarker(Batches.Marker(7, 4, commit: true), version2: true).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.AppendMarker(Batches.Marker(7, 4, commit: true), version2: true).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Append(Batches.Idempotent(7, 4, 0, transactional: true)).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_marker_that_raised_the_epoch_the_first_batch_has_sequence_0(bool version2)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        fixture.Append(Batches.Idempotent(7, 3, 0, transactional: true));
        fixture.AppendMarker(Batches.Marker(7, 4, commit: false), version2).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Append(Batches.Idempotent(7, 4, 1, transactional: true)).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber);
        fixture.Append(Batches.Idempotent(7, 4, 0, transactional: true)).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Append(Batches.Idempotent(7, 4, 1, transactional: true)).ErrorCode.ShouldBe(ErrorCode.None);
    }
}
