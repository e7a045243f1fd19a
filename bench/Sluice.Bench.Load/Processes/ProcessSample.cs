using System.Globalization;

namespace Sluice.Bench.Load.Processes;

/// <summary>What a process has cost so far, as the kernel counts it under <c>/proc</c>.</summary>
/// <remarks>
/// Processor time has two sources: <c>stat</c> splits it into user and system in steps of 10 ms; <c>schedstat</c> of the threads
/// gives their sum in nanoseconds, but only for threads that still live.
/// </remarks>
internal sealed record ProcessSample
{
    private const double TicksPerSecond = 100;

    /// <summary>Seconds in user mode since the process began.</summary>
    public double UserSeconds { get; private init; }

    /// <summary>Seconds in the kernel since the process began.</summary>
    public double SystemSeconds { get; private init; }

    /// <summary>Seconds on a processor of the threads that live, by thread id.</summary>
    public IReadOnlyDictionary<int, double> ThreadSeconds { get; private init; } = new Dictionary<int, double>();

    /// <summary>Times that a thread gave its processor up to wait.</summary>
    public long VoluntarySwitches { get; private init; }

    /// <summary>Times that a thread was made to give its processor up.</summary>
    public long InvoluntarySwitches { get; private init; }

    /// <summary>Physical memory now, in bytes.</summary>
    public long ResidentBytes { get; private init; }

    /// <summary>Most physical memory so far, in bytes.</summary>
    public long PeakResidentBytes { get; private init; }

    /// <summary>Threads now.</summary>
    public int ThreadCount { get; private init; }

    /// <summary>Reads what the kernel counts now.</summary>
    /// <param name="processId">A process of this machine.</param>
    /// <exception cref="IOException">There is no such process.</exception>
    public static ProcessSample Take(int processId)
    {
        string root = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        string stat = File.ReadAllText($"{root}/stat");

        // The name in parentheses may hold anything; the numbers follow the last parenthesis, state first.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        Dictionary<string, string> status = Status($"{root}/status");
        var threadSeconds = new Dictionary<int, double>();
        long voluntary = 0;
        long involuntary = 0;
        foreach (string thread in Directory.GetDirectories($"{root}/task"))
        {
            try
            {
                string[] schedule = File.ReadAllText($"{thread}/schedstat").Split(' ');
                threadSeconds[int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture)] = long.Parse(schedule[0], CultureInfo.InvariantCulture) / 1e9;
                Dictionary<string, string> threadStatus = Status($"{thread}/status");
                voluntary += Number(threadStatus, "voluntary_ctxt_switches");
                involuntary += Number(threadStatus, "nonvoluntary_ctxt_switches");
            }
            catch (IOException) when (!Directory.Exists(thread))
            {
                // The thread ended between being listed and being read.
            }
        }

        return new ProcessSample
        {
            UserSeconds = long.Parse(fields[11], CultureInfo.InvariantCulture) / TicksPerSecond,
            SystemSeconds = long.Parse(fields[12], CultureInfo.InvariantCulture) / TicksPerSecond,
            ThreadSeconds = threadSeconds,
            VoluntarySwitches = voluntary,
            InvoluntarySwitches = involuntary,
            ResidentBytes = Number(status, "VmRSS") * 1024,
            PeakResidentBytes = Number(status, "VmHWM") * 1024,
            ThreadCount = threadSeconds.Count,
        };
    }

    private static Dictionary<string, string> Status(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) values[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return values;
    }

    private static long Number(Dictionary<string, string> status, string name) =>
        status.TryGetValue(name, out string? text) ? long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) : 0;
}
