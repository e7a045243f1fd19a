using System.Globalization;

namespace Sluice.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Amounts
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>1,234,567.</summary>
    internal static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 record", "2 records".</summary>
    internal static string Count(long count, string singular) => $"{Count(count)} {singular}{(count == 1 ? "" : "s")}";

    /// <summary>"512 B", "1.5 MiB"; "-" for less than nothing, which brokers use for "not known".</summary>
    internal static string Bytes(long bytes)
    {
        if (bytes < 0) return "-";
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < ByteUnits.Length - 1)
        {
            amount /= 1024;
            unit++;
        }

        string format = unit == 0 || amount >= 100 ? "0" : "0.0";
        return $"{amount.ToString(format, CultureInfo.InvariantCulture)} {ByteUnits[unit]}";
    }

    /// <summary>"3.2 MB/s", in units of 1,000,000 bytes.</summary>
    internal static string BytesRate(double bytes, TimeSpan elapsed) =>
        $"{(bytes / 1_000_000 / Seconds(elapsed)).ToString("N1", CultureInfo.InvariantCulture)} MB/s";

    /// <summary>"1,234 records/s".</summary>
    internal static string RecordsRate(double count, TimeSpan elapsed) =>
        $"{(count / Seconds(elapsed)).ToString("N0", CultureInfo.InvariantCulture)} records/s";

    /// <summary>"0.12 s".</summary>
    internal static string Elapsed(TimeSpan elapsed) => $"{elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s";

    /// <summary>ISO 8601 in UTC with milliseconds; "-" for a time that is not known.</summary>
    internal static string Time(long timestampMs) => timestampMs < 0 || timestampMs > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? "-"
        : DateTimeOffset.FromUnixTimeMilliseconds(timestampMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>The plain number; "-" for less than nothing.</summary>
    internal static string OffsetOrDash(long offset) => offset < 0 ? "-" : offset.ToString(CultureInfo.InvariantCulture);

    private static double Seconds(TimeSpan elapsed) => Math.Max(elapsed.TotalSeconds, 0.001);
}
