using Microsoft.Extensions.Time.Testing;
using Sluice.Broker.Requests;

namespace Sluice.Broker.Tests.Requests;

public sealed class WriteStallsTests
{
    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(200, true)]
    public void A_write_that_was_held_keeps_further_ones_off_the_socket_threads_for_a_second(int tookMs, bool areLikely)
    {
        FakeTimeProvider time = new();
        WriteStalls stalls = new(time);
        stalls.AreLikely.ShouldBeFalse();

        long began = stalls.Begin();
        time.Advance(TimeSpan.FromMilliseconds(tookMs));
        stalls.End(began);
        stalls.AreLikely.ShouldBe(areLikely);
        time.Advance(TimeSpan.FromMilliseconds(999));
        stalls.AreLikely.ShouldBe(areLikely);
        time.Advance(TimeSpan.FromMilliseconds(1));
        stalls.AreLikely.ShouldBeFalse();
    }
}
