using Sluice.Broker.Coordinators.Transactions;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using static Sluice.Broker.Coordinators.Transactions.TransactionStatus;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>Partitions of transactions, their timeouts, expiry, lists, and what a restart finds.</summary>
public class TransactionShardTests
{
    private const int DayMs = 24 * 60 * 60 * 1000;

    private readonly TransactionBench _bench = new();

    [Theory]
    [InlineData((int)Empty)]
    [InlineData((int)CompleteCommit)]
    [InlineData((int)CompleteAbort)]
    public void The_first_partition_opens_a_transaction(int state)
    {
        ProducerIdentity producer = _bench.Reach((TransactionStatus)state);
        _bench.Advance(1000);
        _bench.Add(producer, ("t", 1)).ShouldBe(ErrorCode.None);
        long startMs = _bench.Transaction!.StartMs;
        startMs.ShouldBe(_bench.Time.GetUtcNow().ToUnixTimeMilliseconds());
        _bench.Advance(1000);
        _bench.Add(producer, ("t", 1), ("u", 0)).ShouldBe(ErrorCode.None);
        _bench.Transaction.Partitions.Select(static partition => partition.ToString()).Order().ShouldBe(["t-1", "u-0"]);
        _bench.Transaction.StartMs.ShouldBe(startMs);
        int written = _bench.Log.Count;
        _bench.Add(producer, ("u", 0)).ShouldBe(ErrorCode.None);
        _bench.Log.Count.ShouldBe(written, "nothing new");
    }

    [Fact]
    public void Partitions_are_added_and_verified_for_the_right_producer_only()
    {
        _bench.Shard.AddPartitions("", new ProducerIdentity(1, 0), [new("t", 0)], 2).Error.ShouldBe(ErrorCode.InvalidRequest);
        _bench.Add(new ProducerIdentity(1, 0), ("t", 0)).ShouldBe(ErrorCode.InvalidProducerIdMapping);
        _bench.Verify(new ProducerIdentity(1, 0), "t", 0).ShouldBe(ErrorCode.InvalidProducerIdMapping);
        ProducerIdentity producer = _bench.Reach(Ongoing);
        _bench.Add(producer with { Id = 1 }, ("t", 0)).ShouldBe(ErrorCode.InvalidProducerIdMapping);
        _bench.Add(producer with { Epoch = 5 }, ("t", 0)).ShouldBe(ErrorCode.ProducerFenced);
        _bench.Verify(producer, "t", 0).ShouldBe(ErrorCode.None);
        _bench.Verify(producer, "t", 1).ShouldBe(ErrorCode.TransactionAbortable);
        ProducerIdentity next = _bench.End(producer, isCommit: true).Producer;
        _bench.Add(next, ("t", 0)).ShouldBe(ErrorCode.ConcurrentTransactions);
        _bench.Verify(next, "t", 0).ShouldBe(ErrorCode.ConcurrentTransactions);
        _bench.Shard.AddPartitions(TransactionBench.Id, next, [new("t", 0)], 2).Hindered.ShouldBe(_bench.Prepared[^1]);
        _bench.CompleteLast();
        _bench.Verify(next, "t", 0).ShouldBe(ErrorCode.TransactionAbortable, "of the transaction before");
    }

    [Fact]
    public void A_transaction_is_aborted_when_it_is_open_for_longer_than_its_timeout()
    {
        ProducerIdentity producer = _bench.Init(timeoutMs: 25_000).Producer;
        _bench.Add(producer, ("t", 0));
        _bench.Advance(25_000);
        _bench.Add(producer, ("t", 1)).ShouldBe(ErrorCode.None, "more partitions give no more time");
        _bench.Status.ShouldBe(Ongoing);
        _bench.Advance(5_000);
        _bench.Status.ShouldBe(PrepareAbort);
        _bench.Prepared.ShouldHaveSingleItem().Marker.ProducerEpoch.ShouldBe((short)1);
        _bench.CompleteLast();
        _bench.Advance(DayMs);
        _bench.Prepared.Count.ShouldBe(1);
        _bench.End(producer, isCommit: true).Error.ShouldBe(ErrorCode.InvalidTxnState);
        _bench.End(producer, isCommit: false).Producer.ShouldBe(producer with { Epoch = 1 }, "an abort is what it wants");
    }

    [Fact]
    public void A_timeout_that_cannot_be_stored_is_tried_again()
    {
        _bench.Reach(Ongoing);
        _bench.Log.Error = ErrorCode.NotCoordinator;
        _bench.Advance(70_000);
        _bench.Status.ShouldBe(Ongoing);
        _bench.Log.Error = ErrorCode.None;
        _bench.Advance(10_000);
        _bench.Status.ShouldBe(PrepareAbort);
    }

    [Theory]
    [InlineData((int)Empty, true)]
    [InlineData((int)CompleteCommit, true)]
    [InlineData((int)CompleteAbort, true)]
    [InlineData((int)PrepareCommit, false)]
    public void An_id_that_nobody_uses_is_forgotten_after_a_week_unless_something_is_under_way(int state, bool isForgotten)
    {
        _bench.Reach((TransactionStatus)state);
        _bench.Advance((7L * DayMs) - 60_000);
        _bench.Transaction.ShouldNotBeNull();
        _bench.Advance(2 * 60 * 60 * 1000);
        (_bench.Transaction is null).ShouldBe(isForgotten);
        _bench.Restart();
        (_bench.Transaction is null).ShouldBe(isForgotten);
        if (isForgotten) _bench.Init().Producer.ShouldBe(new ProducerIdentity(1001, 0));
    }

    [Theory]
    [InlineData((int)Empty)]
    [InlineData((int)Ongoing)]
    [InlineData((int)PrepareCommit)]
    [InlineData((int)PrepareAbort)]
    [InlineData((int)CompleteCommit)]
    [InlineData((int)CompleteAbort)]
    public void A_restart_finds_everything_as_it_was_and_goes_on_with_what_was_decided(int state)
    {
        ProducerIdentity producer = _bench.Reach((TransactionStatus)state);
        Transaction before = _bench.Transaction!;
        PreparedTransaction? prepared = before.IsPrepared ? _bench.Prepared[^1] : null;
        _bench.Restart();
        Transaction after = _bench.Transaction!;
        (after with { LastEpoch = before.LastEpoch, Partitions = before.Partitions }).ShouldBe(before);
        after.Partitions.ShouldBe(before.Partitions, ignoreOrder: true);
        _bench.Prepared.Count.ShouldBe(prepared is null ? 0 : 1);
        if (prepared is null) return;
        _bench.Prepared[0].Marker.ShouldBe(prepared.Marker);
        _bench.Shard.Complete(prepared).ShouldBe(ErrorCode.None);
        _bench.Status.ShouldBe((TransactionStatus)state, "the markers of the shard before count for nothing");
        _bench.CompleteLast();
        _bench.Add(producer, ("t", 0)).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void Describing_tells_producer_timeout_start_and_partitions()
    {
        ProducerIdentity producer = _bench.Reach(Ongoing);
        _bench.Add(producer, ("t", 3), ("a", 1));
        DescribeTransactionsResponse.TransactionStateData entry = new();
        _bench.Shard.Describe(TransactionBench.Id, entry);
        (entry.TransactionState, entry.ProducerId, entry.ProducerEpoch, entry.TransactionTimeoutMs, entry.TransactionStartTimeMs)
            .ShouldBe(("Ongoing", producer.Id, producer.Epoch, 60_000, _bench.Transaction!.StartMs));
        entry.Topics.Select(static topic => (topic.Topic, string.Join(',', topic.Partitions))).ShouldBe([("a", "1"), ("t", "0,3")]);
        DescribeTransactionsResponse.TransactionStateData unknown = new();
        _bench.Shard.Describe("other", unknown);
        unknown.ErrorCode.ShouldBe(ErrorCode.TransactionalIdNotFound);
    }

    [Fact]
    public void Lists_are_filtered_by_state_producer_duration_and_pattern()
    {
        ProducerIdentity producer = _bench.Reach(Ongoing);
        _bench.Shard.InitProducerId("idle", 60_000, null, 77);
        _bench.Advance(5_000);

        Listed(new ListTransactionsRequest()).ShouldBe(["idle", "tx"]);
        Listed(new ListTransactionsRequest { StateFilters = ["Ongoing", "Dead"] }).ShouldBe(["tx"]);
        Listed(new ListTransactionsRequest { ProducerIdFilters = [77] }).ShouldBe(["idle"]);
        Listed(new ListTransactionsRequest { ProducerIdFilters = [producer.Id], StateFilters = ["Empty"] }).ShouldBeEmpty();
        Listed(new ListTransactionsRequest { DurationFilter = 4_999 }).ShouldBe(["idle", "tx"]);
        Listed(new ListTransactionsRequest { DurationFilter = 5_000 }).ShouldBe(["idle"], "what never began has been there for ever, as with Kafka");
        Listed(new ListTransactionsRequest { TransactionalIdPattern = "t." }).ShouldBe(["tx"]);
        Listed(new ListTransactionsRequest { TransactionalIdPattern = "t" }).ShouldBeEmpty();
        Listed(new ListTransactionsRequest { TransactionalIdPattern = "" }).ShouldBe(["idle", "tx"]);
        TransactionFilter.TryCreate(new ListTransactionsRequest { TransactionalIdPattern = "(" }, []).ShouldBeNull();
        List<string> unknown = [];
        Listed(new ListTransactionsRequest { StateFilters = ["ongoing", "1"] }, unknown).ShouldBeEmpty();
        unknown.ShouldBe(["ongoing", "1"]);
    }

    private List<string> Listed(ListTransactionsRequest request, List<string>? unknownStates = null)
    {
        ListTransactionsResponse response = new();
        _bench.Shard.List(TransactionFilter.TryCreate(request, unknownStates ?? []).ShouldNotBeNull(), response);
        return [.. response.TransactionStates.Select(static entry => entry.TransactionalId).Order(StringComparer.Ordinal)];
    }
}
