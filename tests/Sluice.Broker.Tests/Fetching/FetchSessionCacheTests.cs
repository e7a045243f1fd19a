using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Fetching;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Fetching;

public class FetchSessionCacheTests
{
    private static readonly TimeSpan Old = TimeSpan.FromMilliseconds(120_001);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_session_expects_epochs_one_after_the_other()
    {
        FetchSessionCache cache = new(slots: 2, _time);
        FetchSession session = cache.TryCreate(usesTopicIds: true, privileged: false, partitionCount: 1)!;
        session.End();

        cache.TryUse(session.Id, epoch: 2, usesTopicIds: true, out _).ShouldBe(ErrorCode.InvalidFetchSessionEpoch);
        cache.TryUse(session.Id, epoch: 1, usesTopicIds: true, out FetchSession? used).ShouldBe(ErrorCode.None);
        used.ShouldBeSameAs(session);
        session.End();
        cache.TryUse(session.Id, epoch: 1, usesTopicIds: true, out _).ShouldBe(ErrorCode.InvalidFetchSessionEpoch);
        cache.TryUse(session.Id, epoch: 2, usesTopicIds: true, out _).ShouldBe(ErrorCode.None);
    }

    [Fact]
    public void A_session_serves_one_request_at_a_time()
    {
        FetchSessionCache cache = new(slots: 2, _time);
        FetchSession session = cache.TryCreate(usesTopicIds: false, privileged: false, partitionCount: 1)!;
        cache.TryUse(session.Id, epoch: 1, usesTopicIds: false, out _).ShouldBe(ErrorCode.InvalidFetchSessionEpoch);
    }

    [Fact]
    public void Names_and_ids_do_not_mix_in_a_session()
    {
        FetchSessionCache cache = new(slots: 2, _time);
        FetchSession session = cache.TryCreate(usesTopicIds: false, privileged: false, partitionCount: 1)!;
        session.End();
        cache.TryUse(session.Id, epoch: 1, usesTopicIds: true, out _).ShouldBe(ErrorCode.FetchSessionTopicIdError);
        cache.TryUse(session.Id + 1, epoch: 1, usesTopicIds: false, out _).ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }

    [Fact]
    public void A_full_cache_refuses_rather_than_evicts_what_is_in_use()
    {
        FetchSessionCache cache = new(slots: 2, _time);
        cache.TryCreate(false, false, 1).ShouldNotBeNull();
        cache.TryCreate(false, false, 1).ShouldNotBeNull();
        cache.TryCreate(false, false, 1000).ShouldBeNull();
        cache.Count.ShouldBe(2);
    }

    [Fact]
    public void A_session_unused_for_two_minutes_makes_room()
    {
        FetchSessionCache cache = new(slots: 1, _time);
        FetchSession first = cache.TryCreate(false, false, 1)!;
        first.End();
        _time.Advance(Old);
        cache.TryCreate(false, false, 1).ShouldNotBeNull();
        cache.TryUse(first.Id, 1, false, out _).ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }

    [Fact]
    public void A_follower_takes_the_place_of_a_consumer()
    {
        FetchSessionCache cache = new(slots: 1, _time);
        FetchSession consumer = cache.TryCreate(false, privileged: false, 5)!;
        consumer.End();
        cache.TryCreate(false, privileged: true, 1).ShouldNotBeNull();
        cache.Count.ShouldBe(1);
        cache.TryUse(consumer.Id, 1, false, out _).ShouldBe(ErrorCode.FetchSessionIdNotFound);
    }
}
