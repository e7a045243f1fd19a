using Sluice.Broker.Coordinators.Runtime;
using Sluice.Broker.Coordinators.Transactions;
using Sluice.Protocol;
using static Sluice.Broker.Coordinators.Transactions.TransactionStatus;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>EndTxn in every state, under the rules of both versions.</summary>
public class EndTransactionTests
{
    private const ErrorCode Prepares = (ErrorCode)short.MaxValue;

    private readonly TransactionBench _bench = new();

    // State, what COMMIT is answered, what ABORT is answered.
    public static TheoryData<int, ErrorCode, ErrorCode> Version1Table => new()
    {
        { (int)Ongoing, Prepares, Prepares },
        { (int)CompleteCommit, ErrorCode.None, ErrorCode.InvalidTxnState },
        { (int)CompleteAbort, ErrorCode.InvalidTxnState, ErrorCode.None },
        { (int)PrepareCommit, ErrorCode.ConcurrentTransactions, ErrorCode.InvalidTxnState },
        { (int)PrepareAbort, ErrorCode.InvalidTxnState, ErrorCode.ConcurrentTransactions },
        { (int)Empty, ErrorCode.InvalidTxnState, ErrorCode.InvalidTxnState },
    };

    // State, then COMMIT and ABORT with the stored epoch, then both with the epoch before it.
    public static TheoryData<int, ErrorCode, ErrorCode, ErrorCode, ErrorCode> Version2Table => new()
    {
        { (int)Ongoing, Prepares, Prepares, ErrorCode.ProducerFenced, ErrorCode.ProducerFenced },
        { (int)CompleteCommit, ErrorCode.InvalidTxnState, Prepares, ErrorCode.None, ErrorCode.InvalidTxnState },
        { (int)CompleteAbort, ErrorCode.InvalidTxnState, Prepares, ErrorCode.InvalidTxnState, ErrorCode.None },
        { (int)PrepareCommit, ErrorCode.ProducerFenced, ErrorCode.ProducerFenced, ErrorCode.ConcurrentTransactions, ErrorCode.InvalidTxnState },
        { (int)PrepareAbort, ErrorCode.ProducerFenced, ErrorCode.ProducerFenced, ErrorCode.InvalidTxnState, ErrorCode.ConcurrentTransactions },
        { (int)Empty, ErrorCode.InvalidTxnState, Prepares, ErrorCode.ProducerFenced, ErrorCode.ProducerFenced },
    };

    [Theory]
    [MemberData(nameof(Version1Table))]
    public void Version_1_answers_by_the_state(int state, ErrorCode onCommit, ErrorCode onAbort)
    {
        foreach ((bool isCommit, ErrorCode expected) in new[] { (true, onCommit), (false, onAbort) })
        {
            TransactionBench bench = new();
            ProducerIdentity producer = bench.Reach((TransactionStatus)state, isVersion2: false);
            Check(bench, producer, isCommit, isVersion2: false, expected);
            bench.Transaction!.Producer.ShouldBe(producer, "the epoch is not raised");
        }
    }

    [Theory]
    [MemberData(nameof(Version2Table))]
    public void Version_2_answers_by_the_state_and_by_the_epoch(int state, ErrorCode onCommit, ErrorCode onAbort, ErrorCode onCommitRetry, ErrorCode onAbortRetry)
    {
        foreach ((bool isCommit, bool isRetry, ErrorCode expected) in new[] { (true, false, onCommit), (false, false, onAbort), (true, true, onCommitRetry), (false, true, onAbortRetry) })
        {
            TransactionBench bench = new();
            bench.Init();
            ProducerIdentity producer = bench.Reach((TransactionStatus)state);
            Check(bench, isRetry ? producer with { Epoch = (short)(producer.Epoch - 1) } : producer, isCommit, isVersion2: true, expected);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_is_not_known_is_refused(bool isVersion2)
    {
        _bench.Shard.End("", new ProducerIdentity(1, 0), true, isVersion2, -1).Error.ShouldBe(ErrorCode.InvalidRequest);
        _bench.End(new ProducerIdentity(1, 0), true, isVersion2).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
        ProducerIdentity producer = _bench.Reach(Ongoing);
        _bench.End(producer with { Id = 1 }, true, isVersion2).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
        _bench.End(producer with { Epoch = 9 }, true, isVersion2).Error.ShouldBe(ErrorCode.ProducerFenced);
        _bench.Status.ShouldBe(Ongoing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Markers_carry_the_raised_epoch_in_version_2_only(bool isVersion2)
    {
        ProducerIdentity producer = _bench.Reach(Ongoing, isVersion2);
        ProducerOutcome ended = _bench.End(producer, isCommit: true, isVersion2);
        short epoch = (short)(producer.Epoch + (isVersion2 ? 1 : 0));
        ended.Producer.ShouldBe(producer with { Epoch = epoch });
        PreparedTransaction prepared = _bench.Prepared.ShouldHaveSingleItem();
        prepared.Marker.ShouldBe(new TransactionMarker(producer.Id, epoch, IsCommit: true, CoordinatorEpoch: 7, isVersion2));
        prepared.Partitions.ShouldHaveSingleItem().ToString().ShouldBe("t-0");
    }

    [Fact]
    public void A_completed_transaction_has_no_partitions_and_stays_complete()
    {
        _bench.Reach(PrepareAbort);
        PreparedTransaction prepared = _bench.Prepared.ShouldHaveSingleItem();
        _bench.Shard.Complete(prepared).ShouldBe(ErrorCode.None);
        _bench.Status.ShouldBe(CompleteAbort);
        _bench.Transaction!.Partitions.ShouldBeEmpty();
        int written = _bench.Log.Count;
        _bench.Shard.Complete(prepared).ShouldBe(ErrorCode.None, "markers that are written again end here");
        _bench.Log.Count.ShouldBe(written);
    }

    [Fact]
    public void What_cannot_be_stored_has_not_happened()
    {
        ProducerIdentity producer = _bench.Reach(Ongoing);
        _bench.Log.Error = ErrorCode.NotCoordinator;
        _bench.End(producer, isCommit: true).Error.ShouldBe(ErrorCode.NotCoordinator);
        _bench.Add(producer, ("t", 1)).ShouldBe(ErrorCode.NotCoordinator);
        (_bench.Status, _bench.Transaction!.Partitions.Count).ShouldBe((Ongoing, 1));
        _bench.Prepared.ShouldBeEmpty();
        _bench.Log.Error = ErrorCode.None;
        _bench.End(producer, isCommit: true).Error.ShouldBe(ErrorCode.None);
        _bench.Log.Error = ErrorCode.NotCoordinator;
        _bench.CompleteLast().ShouldBe(ErrorCode.NotCoordinator);
        _bench.Status.ShouldBe(PrepareCommit);
        _bench.Log.Error = ErrorCode.None;
        _bench.CompleteLast().ShouldBe(ErrorCode.None);
        _bench.Status.ShouldBe(CompleteCommit);
    }

    [Fact]
    public void The_last_epoch_is_followed_by_another_producer_id()
    {
        ProducerIdentity last = _bench.ReachEpoch(ProducerIdentity.LastEpochOfClients);
        _bench.Add(last, ("t", 0)).ShouldBe(ErrorCode.None);
        ProducerOutcome ended = _bench.End(last, isCommit: true);
        ended.Error.ShouldBe(ErrorCode.None);
        ended.Producer.Id.ShouldNotBe(last.Id);
        ended.Producer.Epoch.ShouldBe((short)0);
        _bench.Prepared.ShouldHaveSingleItem().Marker.ShouldBe(new TransactionMarker(last.Id, short.MaxValue, true, 7, true));
        _bench.End(last, isCommit: true).Error.ShouldBe(ErrorCode.ConcurrentTransactions);

        _bench.Restart();
        _bench.Prepared.ShouldHaveSingleItem().Marker.ProducerEpoch.ShouldBe(short.MaxValue);
        _bench.CompleteLast();
        _bench.Transaction!.Producer.ShouldBe(ended.Producer, "what the client was told before the restart");
        _bench.End(last, isCommit: true).ShouldBe(ended, "the answer was lost");
        _bench.End(last, isCommit: false).Error.ShouldBe(ErrorCode.InvalidTxnState);
        _bench.Restart();
        _bench.End(last, isCommit: true).ShouldBe(ended, "it is stored which producer id was before");
        _bench.Add(ended.Producer, ("t", 0)).ShouldBe(ErrorCode.None);
        _bench.End(last, isCommit: true).Error.ShouldBe(ErrorCode.InvalidProducerIdMapping);
    }

    private static void Check(TransactionBench bench, ProducerIdentity producer, bool isCommit, bool isVersion2, ErrorCode expected)
    {
        TransactionStatus before = bench.Status!.Value;
        ProducerIdentity stored = bench.Transaction!.Producer;
        int preparedCount = bench.Prepared.Count;
        string what = $"{(isCommit ? "commit" : "abort")} with epoch {producer.Epoch} in {before} with epoch {stored.Epoch}";
        ProducerOutcome outcome = bench.End(producer, isCommit, isVersion2);
        if (expected == Prepares)
        {
            outcome.Error.ShouldBe(ErrorCode.None, what);
            bench.Status.ShouldBe(isCommit ? PrepareCommit : PrepareAbort, what);
            bench.Prepared.Count.ShouldBe(preparedCount + 1, what);
            outcome.Producer.ShouldBe(isVersion2 ? stored with { Epoch = (short)(stored.Epoch + 1) } : stored, what);
            return;
        }
        outcome.Error.ShouldBe(expected, what);
        outcome.Producer.ShouldBe(expected == ErrorCode.None ? stored : ProducerIdentity.None, what);
        bench.Status.ShouldBe(before, what);
        bench.Prepared.Count.ShouldBe(preparedCount, what);
    }
}
