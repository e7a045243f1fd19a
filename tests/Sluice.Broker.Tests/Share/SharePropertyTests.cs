using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Share;

/// <summary>Whatever members do, and in whatever order: no record has two members, none is lost, and none that is done with comes back.</summary>
public sealed class SharePropertyTests
{
    private const int MembersMax = 3;
    private const int DeliveryCountLimit = 5;

    private static readonly FsCheck.Config Quiet = FsCheck.Config.QuickThrowOnFailure
        .WithMaxTest(Environment.GetEnvironmentVariable("SLUICE_LONG_TESTS") == "1" ? 2_000 : 30)
        .WithEndSize(120)
        .WithQuietOnSuccess(true);

    [Fact]
    public void Members_that_fetch_say_what_they_like_go_and_meet_restarts_leave_every_record_done_with() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static history => Task.Run(() => RunAsync(history)).GetAwaiter().GetResult()).Check(Quiet);

    // Every byte is a step: the lower part says who, the upper one what.
    private static async Task RunAsync(byte[] history)
    {
        await using ShareBench bench = await ShareBench.StartAsync();
        var model = new Model(bench);
        foreach (byte step in history)
        {
            int who = step % MembersMax;
            await ((step / MembersMax % 14) switch
            {
                0 or 1 => model.AppendAsync(1 + (step % 7)),
                < 6 => model.FetchAsync(who, maxRecords: 1 + (step % 9), mode: (sbyte)(step % 2)),
                < 9 => model.SayAsync(who, AcknowledgeTypes.Accept, step % 4),
                9 => model.SayAsync(who, AcknowledgeTypes.Release, step % 4),
                10 => model.SayAsync(who, AcknowledgeTypes.Reject, step % 4),
                11 => model.LeaveAsync(who),
                12 => model.LetLocksEndAsync(),
                _ => model.RestartAsync(),
            });
        }
        await model.DrainAsync();
    }

    private static class AcknowledgeTypes
    {
        public const sbyte Accept = 1;
        public const sbyte Release = 2;
        public const sbyte Reject = 3;
    }

    /// <summary>What members and records must be like, beside the broker.</summary>
    private sealed class Model(ShareBench bench)
    {
        private readonly ShareMember?[] _members = new ShareMember?[MembersMax];
        private readonly SortedDictionary<long, int> _held = [];
        private readonly Dictionary<long, int> _deliveries = [];
        private readonly HashSet<long> _done = [];
        private int _count;

        public async Task AppendAsync(int count)
        {
            await bench.AppendAsync(count);
            _count += count;
        }

        public async Task<int> FetchAsync(int who, int maxRecords, sbyte mode)
        {
            ShareMember member = _members[who] ??= await bench.JoinAsync($"member-{who}");
            int acquiredCount = 0;
            foreach ((long first, long last, int deliveryCount) in await member.AcquireAsync(maxRecords, mode))
            {
                for (long offset = first; offset <= last; offset++, acquiredCount++)
                {
                    _done.ShouldNotContain(offset, "it was done with");
                    _held.ShouldNotContainKey(offset);
                    deliveryCount.ShouldBe(_deliveries.GetValueOrDefault(offset) + 1);
                    _held.Add(offset, who);
                    _deliveries[offset] = deliveryCount;
                }
            }
            if (mode == 1) acquiredCount.ShouldBeLessThanOrEqualTo(maxRecords);
            return acquiredCount;
        }

        // Of the first neighbouring records that it has, all but some of the last.
        public async Task SayAsync(int who, sbyte type, int without)
        {
            if (_members[who] is not { } member) return;
            List<long> run = [];
            foreach (long offset in _held.Where(held => held.Value == who).Select(static held => held.Key))
            {
                if (run.Count > 0 && offset != run[^1] + 1) break;
                run.Add(offset);
            }
            if (run.Count <= without) return;
            run.RemoveRange(run.Count - without, without);
            (await member.AcknowledgeAsync(run[0], run[^1], type)).ShouldBe(ErrorCode.None);
            foreach (long offset in run)
            {
                _held.Remove(offset);
                if (type != AcknowledgeTypes.Release || _deliveries[offset] >= DeliveryCountLimit) _done.Add(offset);
            }
        }

        public async Task LeaveAsync(int who)
        {
            if (_members[who] is not { } member) return;
            await member.CloseAsync();
            _members[who] = null;
            Lose(held => held == who);
        }

        public async Task LetLocksEndAsync()
        {
            bench.Broker.Time.Advance(TimeSpan.FromSeconds(31));
            Lose(static _ => true);

            // What the timer does runs beside this; a fetch of nothing comes after it.
            await bench.Producer.SendAsync(new Sluice.Protocol.Messages.DescribeClusterRequest());
        }

        public async Task RestartAsync()
        {
            for (int who = 0; who < MembersMax; who++) await LeaveAsync(who);
            await bench.RestartAsync();
        }

        public async Task DrainAsync()
        {
            for (int who = 1; who < MembersMax; who++) await LeaveAsync(who);
            while (_held.Count > 0 || await FetchAsync(0, 500, 0) > 0) await SayAsync(0, AcknowledgeTypes.Accept, 0);
            _done.Count.ShouldBe(_count);
            (await bench.StateAsync()).StartOffset.ShouldBe(_count);
        }

        private void Lose(Func<int, bool> isMeant)
        {
            foreach (long offset in _held.Where(held => isMeant(held.Value)).Select(static held => held.Key).ToArray())
            {
                _held.Remove(offset);
                if (_deliveries[offset] >= DeliveryCountLimit) _done.Add(offset);
            }
        }
    }
}
