using System.Globalization;
using System.Runtime.InteropServices;
using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Reporting;

/// <summary>Where the figures come from.</summary>
internal sealed record MachineFacts
{
    /// <summary>Kernel, as <c>uname</c> says.</summary>
    public required string Kernel { get; init; }

    /// <summary>Model of the processors.</summary>
    public required string Processor { get; init; }

    /// <summary>Processors that the process may use.</summary>
    public required int CpuCount { get; init; }

    /// <summary>Physical memory.</summary>
    public required string Memory { get; init; }

    /// <summary>Type of the file system that the file lies on.</summary>
    public required string FileSystem { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>Load average of the last minute when the runs began: above 0 somebody else was at work.</summary>
    public required string LoadAverage { get; init; }

    /// <summary>When, in UTC.</summary>
    public required string Date { get; init; }

    /// <summary>What a reader has to know about every figure that went over the loopback interface.</summary>
    internal static IReadOnlyList<string> LoopbackNotes { get; } =
    [
        "Sender and receiver are on this machine: there is no network card, so no DMA gathers the pages, and nothing is limited by a line.",
        "On loopback the sender's calls also do part of the receiver's work (delivering packets), which is charged to the sender.",
        "Every figure is the median of interleaved runs; the spread is half the distance between the extremes, relative to the median.",
    ];

    /// <summary>Looks around.</summary>
    /// <param name="path">The file, or its folder.</param>
    /// <param name="time">Gives the date.</param>
    internal static MachineFacts Collect(string path, TimeProvider time) => new()
    {
        Kernel = $"Linux {Environment.OSVersion.Version} ({File.ReadAllText("/proc/sys/kernel/osrelease").Trim()})",
        Processor = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        CpuCount = Environment.ProcessorCount,
        Memory = ByteSize.Format(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30 << 30),
        FileSystem = FileSystemOf(path),
        Runtime = RuntimeInformation.FrameworkDescription,
        LoadAverage = File.ReadAllText("/proc/loadavg").Split(' ')[0],
        Date = time.GetUtcNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
    };

    /// <summary>The same as pairs for a report.</summary>
    internal IReadOnlyList<(string Name, string Value)> Pairs() =>
    [
        ("kernel", Kernel),
        ("processor", $"{Processor}, {CpuCount} for this process"),
        ("memory", Memory),
        ("file system", FileSystem),
        ("runtime", Runtime),
        ("load average", LoadAverage),
        ("date", $"{Date} UTC"),
    ];

    // The mount with the longest path that leads to the file.
    private static string FileSystemOf(string path) => new DriveInfo(path).DriveFormat is var format && format.Length > 0 ? format : "unknown";

    private static string? Field(string file, string name) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
