using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Quotas;

namespace Sluice.Broker.Tests.Quotas;

public sealed class QuotaSensorTests
{
    private static readonly QuotaWindow s_window = new(11, 1000);
    private static readonly FsCheck.Config s_quiet = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(200).WithQuietOnSuccess(true);

    // Each series was put through the classes of Apache Kafka 4.3 that do this: "now value rate throttle tokens throttle", both throttles in ms.
    [Fact]
    public void Rates_and_buckets_are_computed_as_Kafka_computes_them()
    {
        RateSensor? rate = null;
        TokenBucketSensor? bucket = null;
        double limit = 0;
        int count = 0;
        foreach (string line in Vectors())
        {
            string[] fields = line.Split(' ');
            if (fields[0] == "#")
            {
                QuotaWindow window = new(int.Parse(fields[2], CultureInfo.InvariantCulture), long.Parse(fields[4], CultureInfo.InvariantCulture));
                limit = Number(fields[6]);
                (rate, bucket) = (new RateSensor(window), new TokenBucketSensor(window));
                continue;
            }
            long nowMs = (long)Number(fields[0]);
            double value = Number(fields[1]);
            rate!.Record(nowMs, value, limit).ShouldBe((int)Number(fields[3]), line);
            rate.Measure(nowMs).ShouldBe(Number(fields[2]), Math.Abs(Number(fields[2])) * 1e-12, line);
            bucket!.Take(nowMs, Math.Max(0, value), limit).ShouldBe((int)Number(fields[5]), line);
            bucket.Measure(nowMs, limit).ShouldBe(Number(fields[4]), Math.Max(1e-9, Math.Abs(Number(fields[4])) * 1e-9), line);
            count++;
        }
        count.ShouldBe(240);
    }

    [Fact]
    public void The_first_record_is_measured_over_a_window_that_lacks_one_sample()
    {
        RateSensor sensor = new(s_window);
        sensor.Record(nowMs: 5000, value: 1000, limit: 100).ShouldBe(0);
        sensor.Measure(5000).ShouldBe(100);
        sensor.Record(nowMs: 5000, value: 500, limit: 100).ShouldBe(5000);
        sensor.Add(5000, -500);
        sensor.Record(nowMs: 5000, value: 0, limit: 100).ShouldBe(0);
    }

    [Fact]
    public void A_time_to_wait_that_no_number_holds_is_the_longest_there_is() => new RateSensor(s_window).Record(0, 1e18, 1).ShouldBe(int.MaxValue);

    [Fact]
    public void A_sensor_without_records_for_a_window_is_as_good_as_new()
    {
        RateSensor sensor = new(s_window);
        sensor.IsAsNew(0).ShouldBeTrue();
        sensor.Record(100, 1, 1);
        sensor.IsAsNew(100 + s_window.ExpiryMs - 1).ShouldBeFalse();
        sensor.IsAsNew(100 + s_window.ExpiryMs).ShouldBeTrue();
        sensor.Record(100 + s_window.ExpiryMs, 30, 1).ShouldBe(new RateSensor(s_window).Record(0, 30, 1));
    }

    [Fact]
    public void A_bucket_refuses_when_overdrawn_and_not_before()
    {
        TokenBucketSensor bucket = new(new QuotaWindow(10, 1000));
        bucket.TryTake(0, permits: 25, limit: 2).ShouldBe(0);
        bucket.Measure(0, 2).ShouldBe(-5);
        bucket.TryTake(0, 1, 2).ShouldBe(2500);
        bucket.TryTake(2499, 1, 2).ShouldBe(1);
        bucket.TryTake(2500, 1, 2).ShouldBe(0);
        bucket.IsAsNew(12_999).ShouldBeFalse();
        bucket.IsAsNew(13_000).ShouldBeTrue();
    }

    // Whatever sizes a client sends, and however long it pauses of itself: waiting as it is told keeps it to its limit, but for one window and one request.
    [Fact]
    public void Who_waits_as_told_keeps_the_limit() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte Pause, ushort Size)[]>(),
        static requests =>
        {
            const double limit = 1000;
            RateSensor sensor = new(s_window);
            long nowMs = 0;
            double sum = 0;
            foreach ((byte pause, ushort size) in requests)
            {
                nowMs += pause < 200 ? 0 : (pause - 200) * 100;
                // One request more than the limit carries is on its way at any time, and the window's beginning is for free.
                sum.ShouldBeLessThanOrEqualTo((limit * (nowMs + s_window.ExpiryMs) / 1000.0) + 1);
                sum += size;
                nowMs += sensor.Record(nowMs, size, limit);
            }
        }).Check(s_quiet);

    [Fact]
    public void However_many_names_there_are_the_sensors_are_few()
    {
        QuotaSensors<int> sensors = new(2000);
        for (int i = 0; i < 10_000; i++)
        {
            sensors.Get(i, nowMs: i, static () => new RateSensor(s_window)).Record(i, 1, 1);
            sensors.Count.ShouldBeLessThanOrEqualTo(2000);
        }
        sensors.Find<RateSensor>(9999).ShouldNotBeNull();
        sensors.Find<RateSensor>(0).ShouldBeNull();

        // Those that count for nothing go first, and then all who count stay.
        QuotaSensors<int> mostlyIdle = new(2000);
        mostlyIdle.Get(-1, 0, static () => new RateSensor(s_window)).Record(20_000, 1, 1);
        for (int i = 0; i < 5000; i++) mostlyIdle.Get(i, nowMs: 20_000, static () => new RateSensor(s_window)).Record(0, 1, 1);
        mostlyIdle.Count.ShouldBeLessThan(2000);
        mostlyIdle.Find<RateSensor>(-1).ShouldNotBeNull();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Vectors()
    {
        using Stream stream = typeof(QuotaSensorTests).Assembly.GetManifestResourceStream("quota-vectors.txt")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
