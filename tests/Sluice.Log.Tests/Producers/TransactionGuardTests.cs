using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Producers;

/// <summary>A batch opens a transaction only if its coordinator was asked since the last one ended here: otherwise nobody would ever end it.</summary>
public sealed class TransactionGuardTests
{
    private const long Id = 7;

    [Fact]
    public async Task The_coordinator_is_asked_once_for_each_transaction()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        TransactionGuard guard = Take(fixture, epoch: 0);
        guard.MustAsk.ShouldBeTrue();
        Append(fixture, guard, epoch: 0, sequence: 0).ErrorCode.ShouldBe(ErrorCode.None);
        Take(fixture, epoch: 0).MustAsk.ShouldBeFalse("the transaction is open");
        fixture.AppendMarker(Batches.Marker(Id, 1, commit: true), version2: true).ErrorCode.ShouldBe(ErrorCode.None);
        Take(fixture, epoch: 1).MustAsk.ShouldBeTrue("the next one is not");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_that_a_marker_overtook_opens_no_transaction(bool isVersion2)
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        TransactionGuard late = Take(fixture, epoch: 0);
        fixture.AppendMarker(Batches.Marker(Id, isVersion2 ? (short)1 : (short)0, commit: false), isVersion2).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Log.IsTransactionGuardGood(Id, 0, late).ShouldBeFalse();
        Append(fixture, late, epoch: 0, sequence: 0).ErrorCode.ShouldBe(isVersion2 ? ErrorCode.InvalidProducerEpoch : ErrorCode.InvalidTxnState);
        fixture.Log.HasOpenTransaction(Id).ShouldBeFalse();
    }

    [Fact]
    public async Task The_marker_of_the_transaction_before_takes_the_guard_of_the_next_one_which_takes_another()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        Append(fixture, Take(fixture, epoch: 0), epoch: 0, sequence: 0).ErrorCode.ShouldBe(ErrorCode.None);
        TransactionGuard next = Take(fixture, epoch: 1);
        next.MustAsk.ShouldBeTrue("what is open is the transaction of the epoch before");
        fixture.AppendMarker(Batches.Marker(Id, 1, commit: true), version2: true).ErrorCode.ShouldBe(ErrorCode.None);

        fixture.Log.IsTransactionGuardGood(Id, 1, next).ShouldBeFalse();
        Append(fixture, next, epoch: 1, sequence: 0).ErrorCode.ShouldBe(ErrorCode.InvalidTxnState);
        fixture.Log.ReturnTransactionGuard(Id, next);
        TransactionGuard again = Take(fixture, epoch: 1);
        fixture.Log.IsTransactionGuardGood(Id, 1, again).ShouldBeTrue();
        Append(fixture, again, epoch: 1, sequence: 0).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_guard_is_good_for_all_that_waited_with_it()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        TransactionGuard first = Take(fixture, epoch: 0);
        TransactionGuard second = Take(fixture, epoch: 0, sequence: 1);
        Append(fixture, second, epoch: 0, sequence: 1).ErrorCode.ShouldBe(ErrorCode.OutOfOrderSequenceNumber, "it overtook the first");
        Append(fixture, first, epoch: 0, sequence: 0).ErrorCode.ShouldBe(ErrorCode.None);
        fixture.Log.ReturnTransactionGuard(Id, first);
        fixture.Log.IsTransactionGuardGood(Id, 0, second).ShouldBeTrue("the transaction is open now");
        Append(fixture, second, epoch: 0, sequence: 1).ErrorCode.ShouldBe(ErrorCode.None);
    }

    [Fact]
    public async Task A_guard_that_was_given_back_is_worth_nothing_and_an_older_epoch_gets_none()
    {
        await using LogFixture fixture = await LogFixture.CreateAsync();
        TransactionGuard guard = Take(fixture, epoch: 3);
        fixture.Log.ReturnTransactionGuard(Id, guard);
        Append(fixture, guard, epoch: 3, sequence: 0).ErrorCode.ShouldBe(ErrorCode.InvalidTxnState);
        fixture.Append(Batches.Idempotent(Id, 3, 0, transactional: true)).ErrorCode.ShouldBe(ErrorCode.None);
        Take(fixture, epoch: 2).ShouldBe(new TransactionGuard(ErrorCode.InvalidProducerEpoch, 0));
    }

    private static TransactionGuard Take(LogFixture fixture, short epoch, int sequence = 0) => fixture.Log.TakeTransactionGuard(Id, epoch, sequence);

    private static AppendResult Append(LogFixture fixture, TransactionGuard guard, short epoch, int sequence) => fixture.Log.Append(
        Batches.Idempotent(Id, epoch, sequence, transactional: true), AppendOrigin.Client, new AppendOptions(0) { IsTransactionVersion2 = true, TransactionGuard = guard.Id });
}
