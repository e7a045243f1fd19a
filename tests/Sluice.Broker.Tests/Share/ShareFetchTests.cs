using Sluice.Broker.Tests.Support;
using Sluice.Broker.Tests.Transactions;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Transfer;

namespace Sluice.Broker.Tests.Share;

/// <summary>What members of a share group are given.</summary>
public sealed class ShareFetchTests
{
    private const sbyte RecordLimit = 1;

    [Fact]
    public async Task Members_are_given_different_records_and_each_record_once()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(3, 3, 3);
        ShareMember one = await bench.JoinAsync("one");
        ShareMember two = await bench.JoinAsync("two");

        ShareFetchResponse.PartitionData first = await one.FetchAsync(maxRecords: 4);
        first.AcquiredRecords.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            range => range.FirstOffset.ShouldBe(0), range => range.LastOffset.ShouldBe(5), range => range.DeliveryCount.ShouldBe((short)1));
        Batches.Read(first.Records).Select(static record => record.Offset).ShouldBe([0, 1, 2, 3, 4, 5], "whole batches, and none behind them");
        (await two.AcquireAsync()).ShouldBe([(6, 8, 1)]);
        (await one.AcquireAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Records_leave_as_they_do_for_consumers_without_being_lifted()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        byte[] batch = Batches.OfSize(300_000);
        for (int i = 0; i < 3; i++) await bench.Producer.AppendAsync(bench.Topic, batch);
        ShareMember member = await bench.JoinAsync();
        TransferCounters before = bench.Broker.Server.Transferred;
        ShareFetchResponse.PartitionData partition = await member.FetchAsync();
        TransferCounters after = bench.Broker.Server.Transferred;
        Batches.BaseOffsets(partition.Records).ShouldBe([0, 1, 2]);
        (after.SendFileBytes - before.SendFileBytes).ShouldBe(3 * batch.Length);
        (after.MemoryBytes - before.MemoryBytes).ShouldBeLessThan(1000, "the answer's own fields");
    }

    [Fact]
    public async Task A_limit_on_records_is_kept_exactly_where_it_is_asked_for()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(10, 10);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync(maxRecords: 4, RecordLimit)).ShouldBe([(0, 3, 1)]);
        (await member.AcquireAsync(maxRecords: 4, RecordLimit)).ShouldBe([(4, 7, 1)]);
        (await member.AcquireAsync(maxRecords: 4, RecordLimit)).ShouldBe([(8, 11, 1)]);
    }

    [Fact]
    public async Task Ranges_are_cut_along_batches_at_the_size_that_is_asked_for()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(3, 3, 3, 8);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync(batchSize: 6)).ShouldBe([(0, 5, 1), (6, 8, 1), (9, 16, 1)]);
    }

    [Fact]
    public async Task A_fetch_waits_for_an_append()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        Task<ShareFetchResponse.PartitionData> waiting = member.FetchAsync(maxWaitMs: 60_000);
        await bench.Broker.UntilParkedAsync();
        await bench.AppendAsync(2);
        (await waiting).AcquiredRecords.ShouldHaveSingleItem().LastOffset.ShouldBe(1);
    }

    [Fact]
    public async Task A_fetch_waits_for_records_that_another_member_gives_back()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(5);
        ShareMember one = await bench.JoinAsync("one");
        ShareMember two = await bench.JoinAsync("two");
        (await one.AcquireAsync()).ShouldBe([(0, 4, 1)]);
        Task<ShareFetchResponse.PartitionData> waiting = two.FetchAsync(maxWaitMs: 60_000);
        await bench.Broker.UntilParkedAsync();
        (await one.AcknowledgeAsync(1, 2, 2)).ShouldBe(ErrorCode.None);
        (await waiting).AcquiredRecords.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            range => range.FirstOffset.ShouldBe(1), range => range.LastOffset.ShouldBe(2), range => range.DeliveryCount.ShouldBe((short)2));
    }

    [Fact]
    public async Task A_fetch_that_finds_nothing_is_answered_when_its_time_is_over()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        Task<ShareFetchResponse> waiting = member.SendFetchAsync(maxWaitMs: 500);
        await bench.Broker.UntilParkedAsync();
        bench.Broker.Time.Advance(TimeSpan.FromMilliseconds(501));
        ShareFetchResponse.PartitionData partition = (await waiting).Responses.ShouldHaveSingleItem().Partitions.ShouldHaveSingleItem();
        partition.AcquiredRecords.ShouldBeEmpty();
        partition.Records.SizeBytes.ShouldBe(0);
    }

    [Theory]
    [InlineData("read_committed")]
    [InlineData("read_uncommitted")]
    public async Task Records_of_aborted_and_open_transactions_are_kept_from_groups_that_want_committed_ones(string isolation)
    {
        await using ShareBench bench = await ShareBench.StartAsync("transaction.state.log.num.partitions=1");
        (await bench.Producer.AlterAsync(ConfigCalls.Group, ShareBench.Group, "share.isolation.level", isolation)).ErrorCode.ShouldBe(ErrorCode.None);
        TransactionalProducer producer = await TransactionalProducer.StartAsync(bench.Producer);
        await producer.SendAsync(bench.Topic, 0, "committed", "committed"); // 0, 1; marker 2
        await producer.CommitAsync();
        await bench.Producer.UntilTransactionIsAsync("tx", "CompleteCommit");
        await producer.SendAsync(bench.Topic, 0, "aborted", "aborted", "aborted"); // 3 to 5; marker 6
        await producer.AbortAsync();
        await bench.Producer.UntilTransactionIsAsync("tx", "CompleteAbort");
        await bench.AppendAsync(2); // 7, 8
        await producer.SendAsync(bench.Topic, 0, "open"); // 9
        await bench.AppendAsync(1); // 10
        ShareMember member = await bench.JoinAsync();

        (long First, long Last, int Count)[] acquired = await member.AcquireAsync();

        long[] offsets = [.. acquired.SelectMany(static range => Enumerable.Range((int)range.First, (int)(range.Last - range.First + 1)).Select(static offset => (long)offset))];
        long[] records = [.. offsets.Except([2, 6])]; // Markers are of no interest, given out or not.
        if (isolation == "read_uncommitted")
        {
            records.ShouldBe([0, 1, 3, 4, 5, 7, 8, 9, 10]);
            return;
        }
        records.ShouldBe([0, 1, 7, 8]);
        (await member.AcquireAsync()).ShouldBeEmpty("what lies behind an open transaction waits for its end");
        await producer.CommitAsync();
        await bench.Producer.UntilTransactionIsAsync("tx", "CompleteCommit");
        (long First, long Last, int Count)[] rest = await member.AcquireAsync();
        rest.ShouldNotBeEmpty();
        rest[0].First.ShouldBe(9);
    }

    [Fact]
    public async Task Nothing_new_is_given_out_while_too_much_is_out()
    {
        await using ShareBench bench = await ShareBench.StartAsync("group.share.partition.max.record.locks=100");
        await bench.AppendAsync(60, 60, 60);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync(batchSize: 1000)).ShouldBe([(0, 119, 1)]);
        (await member.AcquireAsync()).ShouldBeEmpty();
        (await member.AcknowledgeAsync(10, 119, 1)).ShouldBe(ErrorCode.None);
        (await member.AcquireAsync()).ShouldBeEmpty("the first of them is still out");
        (await member.AcknowledgeAsync(0, 9, 1)).ShouldBe(ErrorCode.None);
        (await member.AcquireAsync()).ShouldBe([(120, 179, 1)]);
    }

    [Fact]
    public async Task What_the_log_has_lost_is_given_out_no_more()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.AppendAsync(5, 5);
        ShareMember member = await bench.JoinAsync();
        (await member.AcquireAsync(maxRecords: 5)).ShouldBe([(0, 4, 1)]);
        await bench.Producer.DeleteRecordsAsync(bench.Topic, 7);
        (await member.AcquireAsync()).ShouldBe([(7, 9, 1)]);
        (await member.AcknowledgeAsync(0, 4, 1)).ShouldBe(ErrorCode.None, "what lies below the start does not matter any more");
        (await member.AcknowledgeAsync(7, 9, 1)).ShouldBe(ErrorCode.None);
    }

    [Theory]
    [InlineData("latest", 6)]
    [InlineData("earliest", 0)]
    [InlineData("by_duration:PT1H", 3)]
    public async Task A_group_without_a_start_begins_where_its_setting_says(string reset, long expected)
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        await bench.Producer.AppendAsync(bench.Topic, Batches.At(TestBroker.StartMs - 7_200_000, "a", "b", "c"));
        await bench.Producer.AppendAsync(bench.Topic, Batches.At(TestBroker.StartMs, "d", "e", "f"));
        await bench.InitializeAsync(startOffset: -1);
        (await bench.Producer.AlterAsync(ConfigCalls.Group, ShareBench.Group, "share.auto.offset.reset", reset)).ErrorCode.ShouldBe(ErrorCode.None);
        ShareMember member = await bench.JoinAsync();
        (long First, long Last, int Count)[] first = await member.AcquireAsync();
        await bench.AppendAsync(1);
        (long First, long Last, int Count)[] then = await member.AcquireAsync();
        first.Concat(then).First().First.ShouldBe(expected);
        then.ShouldBe([(6, 6, 1)]);
    }

    [Fact]
    public async Task Partitions_that_are_not_there_are_answered_as_such()
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        ShareMember member = await bench.JoinAsync();
        ShareFetchResponse response = await member.SendFetchAsync(partitions: [0, 5]);
        response.AcquisitionLockTimeoutMs.ShouldBe(30_000);
        response.Responses.ShouldHaveSingleItem().Partitions.Select(static partition => (partition.PartitionIndex, partition.ErrorCode)).ShouldBe(
            [(0, ErrorCode.None), (5, ErrorCode.UnknownTopicOrPartition)], ignoreOrder: true);
    }
}
