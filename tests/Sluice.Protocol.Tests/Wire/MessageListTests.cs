using Partition = Sluice.Protocol.Messages.FetchRequest.FetchPartition;

namespace Sluice.Protocol.Tests.Wire;

public sealed class MessageListTests
{
    [Fact]
    public void Cleared_elements_come_back_with_their_defaults()
    {
        var list = new MessageList<Partition>();
        Partition first = list.Add();
        first.FetchOffset = 5;
        list.Clear();
        list.Count.ShouldBe(0);
        list.Add().ShouldBeSameAs(first);
        first.FetchOffset.ShouldBe(0);
    }

    [Fact]
    public void Elements_are_found_by_index_and_in_order()
    {
        var list = new MessageList<Partition>();
        for (int i = 0; i < 100; i++) list.Add().Partition = i;
        list[99].Partition.ShouldBe(99);
        list.Select(partition => partition.Partition).ShouldBe(Enumerable.Range(0, 100));
        int sum = 0;
        foreach (Partition partition in list) sum += partition.Partition;
        sum.ShouldBe(4950);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_index_outside_the_list_is_refused(int index)
    {
        var list = new MessageList<Partition>();
        list.Add();
        list.Add();
        list.Clear();
        list.Add();
        Should.Throw<ArgumentOutOfRangeException>(() => list[index]);
    }

    [Fact]
    public void An_element_made_elsewhere_can_be_added()
    {
        var list = new MessageList<Partition>();
        list.Add();
        list.Add();
        list.Clear();
        var mine = new Partition { Partition = 3 };
        list.Add(mine);
        list.Count.ShouldBe(1);
        list[0].ShouldBeSameAs(mine);
    }

    [Fact]
    public void A_list_that_grew_too_large_lets_its_elements_go()
    {
        var list = new MessageList<Partition>();
        Partition first = list.Add();
        for (int i = 0; i < MessageStorage.RetainedElementsMax; i++) list.Add();
        list.Clear();
        list.Add().ShouldNotBeSameAs(first);
    }

    [Fact]
    public void Elements_that_are_not_needed_any_more_are_let_go_little_by_little()
    {
        var list = new MessageList<Partition>();
        WeakReference last = FillAndClear(list, 64);
        for (int i = 0; i < 40; i++) FillAndClear(list, 1);
        GC.Collect();
        last.IsAlive.ShouldBeFalse();
        GC.KeepAlive(list);
    }

    [Fact]
    public void Lists_of_numbers_keep_their_storage_up_to_a_bound()
    {
        var list = new List<int>(Enumerable.Range(0, 1000));
        list.Capacity = 1000;
        MessageStorage.Clear(list);
        list.Count.ShouldBe(0);
        list.Capacity.ShouldBe(1000);
        list.Capacity = MessageStorage.RetainedElementsMax + 1;
        MessageStorage.Clear(list);
        list.Capacity.ShouldBe(0);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference FillAndClear(MessageList<Partition> list, int count)
    {
        for (int i = 1; i < count; i++) list.Add();
        var last = new WeakReference(list.Add());
        list.Clear();
        return last;
    }
}
