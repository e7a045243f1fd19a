using Sluice.Broker.Coordinators.Transactions;
using Sluice.Protocol;
using static Sluice.Broker.Coordinators.Transactions.TransactionStatus;

namespace Sluice.Broker.Tests.Transactions;

/// <summary>InitProducerId: who is the producer of a transactional id, in every state.</summary>
public class ProducerEpochTests
{
    private readonly TransactionBench _bench = new();

    [Fact]
    public void The_first_producer_gets_epoch_0_and_each_next_one_more()
    {
        _bench.Init().ShouldBe(ProducerOutcome.Of(ErrorCode.None, new ProducerIdentity(1000, 0)));
        _bench.Init().Producer.ShouldBe(new ProducerIdentity(1000, 1));
        _bench.Reach(CompleteCommit).Epoch.ShouldBe((short)3);
        _bench.Init().Producer.ShouldBe(new ProducerIdentity(1000, 4));
        (_bench.Status, _bench.Transaction!.StartMs).ShouldBe((Empty, -1));
    }

    [Theory]
    [InlineData((int)PrepareCommit)]
    [InlineData((int)PrepareAbort)]
    public void While_markers_are_written_a_producer_has_to_ask_again(int state)
    {
        _bench.Reach((TransactionStatus)state);
        _bench.Init().ShouldBe(ProducerOutcome.Refused(ErrorCode.ConcurrentTransactions));
        _bench.CompleteLast();
        _bench.Init().Error.ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_open_transaction_is_aborted_once_and_its_producer_fenced(bool isVersion2)
    {
        ProducerIdentity zombie = _bench.Reach(Ongoing, isVersion2);
        _bench.Init().Error.ShouldBe(ErrorCode.ConcurrentTransactions);
        _bench.Init().Error.ShouldBe(ErrorCode.ConcurrentTransactions);
        PreparedTransaction prepared = _bench.Prepared.ShouldHaveSingleItem();
        (prepared.Marker.IsCommit, prepared.Marker.ProducerEpoch).ShouldBe((false, (short)1));
        _bench.CompleteLast();
        _bench.Init().Producer.ShouldBe(zombie with { Epoch = 2 });
        _bench.Add(zombie, ("t", 0)).ShouldBe(ErrorCode.ProducerFenced);
        _bench.Verify(zombie, "t", 0).ShouldBe(ErrorCode.ProducerFenced);
        _bench.End(zombie, isCommit: true, isVersion2).Error.ShouldBe(ErrorCode.ProducerFenced);
    }

    [Fact]
    public void A_producer_that_goes_on_tells_its_epoch_and_may_ask_twice()
    {
        ProducerIdentity first = _bench.Init().Producer;
        ProducerIdentity second = _bench.Init(first).Producer;
        second.ShouldBe(first with { Epoch = 1 });
        _bench.Init(first).Producer.ShouldBe(second, "the answer was lost");
        _bench.Init(second).Producer.ShouldBe(first with { Epoch = 2 });
        _bench.Init(first).Error.ShouldBe(ErrorCode.ProducerFenced);
        _bench.Init(first with { Id = 5 }).Error.ShouldBe(ErrorCode.ProducerFenced);
    }

    [Fact]
    public void After_a_restart_the_epoch_before_is_not_known_any_more()
    {
        ProducerIdentity first = _bench.Init().Producer;
        ProducerIdentity second = _bench.Init(first).Producer;
        _bench.Restart();
        _bench.Init(first).Error.ShouldBe(ErrorCode.ProducerFenced);
        _bench.Init(second).Producer.ShouldBe(first with { Epoch = 2 });
    }

    [Fact]
    public void Used_up_epochs_are_followed_by_another_producer_id()
    {
        ProducerIdentity last = _bench.ReachEpoch(ProducerIdentity.LastEpochOfClients);
        last.Epoch.ShouldBe((short)32766);
        ProducerIdentity next = _bench.Init(last).Producer;
        next.ShouldBe(new ProducerIdentity(last.Id + 1, 0));
        _bench.Init(last).Producer.ShouldBe(next, "the answer was lost");
        _bench.Init(last with { Epoch = 5 }).Error.ShouldBe(ErrorCode.ProducerFenced);
        _bench.Init().Producer.ShouldBe(next with { Epoch = 1 });
    }

    [Fact]
    public void The_abort_of_a_producer_with_the_last_epoch_leads_to_another_producer_id_as_well()
    {
        ProducerIdentity last = _bench.ReachEpoch(ProducerIdentity.LastEpochOfClients);
        _bench.Add(last, ("t", 0));
        _bench.Init().Error.ShouldBe(ErrorCode.ConcurrentTransactions);
        _bench.CompleteLast();
        _bench.Transaction!.Producer.ShouldBe(last with { Epoch = short.MaxValue });
        _bench.Init().Producer.ShouldBe(new ProducerIdentity(last.Id + 1, 0));
    }
}
