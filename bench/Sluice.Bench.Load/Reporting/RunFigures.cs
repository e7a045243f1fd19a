using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Running;

namespace Sluice.Bench.Load.Reporting;

/// <summary>The figures of a run, in the same words for every command.</summary>
internal static class RunFigures
{
    private const double BytesPerMegabyte = 1e6;
    private const double BytesPerGigabyte = 1e9;
    private const double NanosecondsPerMicrosecond = 1e3;

    /// <summary>Adds throughput and latency; bytes only where records are moved, for others are not what such a run is about.</summary>
    public static void AddCounts(this Report report, LoadCounts counts)
    {
        double seconds = counts.Elapsed.TotalSeconds;
        report.Add("seconds", seconds, 3);
        report.Add("requests", counts.Requests);
        report.Add("requests_per_second", counts.Requests / seconds);
        if (counts.Records > 0)
        {
            report.Add("records_per_second", counts.Records / seconds);
            report.Add("mb_per_second", counts.Bytes / BytesPerMegabyte / seconds, 1);
        }

        report.Add("latency_p50_us", counts.Latency.Percentile(0.5) / NanosecondsPerMicrosecond);
        report.Add("latency_p99_us", counts.Latency.Percentile(0.99) / NanosecondsPerMicrosecond);
        report.Add("latency_p999_us", counts.Latency.Percentile(0.999) / NanosecondsPerMicrosecond);
        report.Add("latency_max_us", counts.Latency.MaxNanoseconds / NanosecondsPerMicrosecond);
    }

    /// <summary>Adds what the broker's process paid for it.</summary>
    /// <param name="report">Gets the figures.</param>
    /// <param name="idle">Before any load; null = the process is not known, and nothing is added.</param>
    /// <param name="before">At the beginning of the run.</param>
    /// <param name="after">At its end.</param>
    /// <param name="counts">What was done in between.</param>
    public static void AddCosts(this Report report, ProcessSample? idle, ProcessSample? before, ProcessSample? after, LoadCounts counts)
    {
        if (idle is null || before is null || after is null) return;
        ProcessCost cost = ProcessCost.Between(before, after);
        report.Add("broker_cpu_seconds", cost.CpuSeconds, 3);
        if (counts.Records > 0)
        {
            double gigabytes = counts.Bytes / BytesPerGigabyte;
            report.Add("broker_cpu_seconds_per_gb", cost.CpuSeconds / gigabytes, 4);
            report.Add("broker_user_seconds_per_gb", cost.UserSeconds / gigabytes, 4);
            report.Add("broker_system_seconds_per_gb", cost.SystemSeconds / gigabytes, 4);
        }

        report.Add("broker_cpu_us_per_request", cost.CpuSeconds * 1e6 / counts.Requests, 2);
        report.Add("broker_voluntary_switches", cost.VoluntarySwitches);
        report.Add("broker_involuntary_switches", cost.InvoluntarySwitches);
        report.Add("broker_voluntary_switches_per_request", (double)cost.VoluntarySwitches / counts.Requests, 3);
        report.Add("broker_rss_idle_mb", idle.ResidentBytes / BytesPerMegabyte, 1);
        report.Add("broker_rss_after_mb", after.ResidentBytes / BytesPerMegabyte, 1);
        report.Add("broker_rss_peak_mb", after.PeakResidentBytes / BytesPerMegabyte, 1);
        report.Add("broker_threads", after.ThreadCount);
    }
}
