using Sluice.Log.Validation;

namespace Sluice.Log.Tests.Validation;

public class RecordsBufferTests
{
    private const int Huge = 9 * 1024 * 1024;

    [Fact]
    public async Task Only_one_thread_at_a_time_holds_a_huge_batch()
    {
        int holding = 0, most = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < 20; i++)
                {
                    using RecordsBuffer buffer = RecordsBuffer.Rent();
                    // As a decompressor writes: piece by piece.
                    for (int written = 0; written < Huge; written += 1 << 20)
                    {
                        buffer.GetSpan(1 << 20)[..(1 << 20)].Fill((byte)i);
                        buffer.Advance(1 << 20);
                    }
                    InterlockedMax(ref most, Interlocked.Increment(ref holding));
                    buffer.WrittenSpan.IndexOfAnyExcept((byte)i).ShouldBe(-1);
                    Interlocked.Decrement(ref holding);
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        most.ShouldBe(1);
    }

    [Fact]
    public void An_ordinary_batch_does_not_wait_for_a_huge_one()
    {
        using RecordsBuffer huge = RecordsBuffer.Rent();
        huge.GetSpan(Huge);
        using RecordsBuffer ordinary = RecordsBuffer.Rent();
        ordinary.GetSpan(1 << 20).Length.ShouldBeGreaterThanOrEqualTo(1 << 20);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen && Interlocked.CompareExchange(ref target, value, seen) is var found && found != seen) seen = found;
    }
}
