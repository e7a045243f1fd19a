namespace Sluice.Lab.Measuring;

/// <summary>The measures of one plan over its repeated runs. A MB is 10^6 bytes and a GB 10^9.</summary>
internal sealed record TransferMeasures
{
    /// <summary>What was run.</summary>
    public required TransferPlan Plan { get; init; }

    /// <summary>How often.</summary>
    public required int Runs { get; init; }

    /// <summary>Seconds from the first call until the receiver had everything.</summary>
    public required Figure WallSeconds { get; init; }

    /// <summary>Throughput in MB/s.</summary>
    public required Figure MegabytesPerSecond { get; init; }

    /// <summary>Processor seconds of the sender for a GB, user and system together.</summary>
    public required Figure CpuSecondsPerGigabyte { get; init; }

    /// <summary>The part of it in user mode.</summary>
    public required Figure UserSecondsPerGigabyte { get; init; }

    /// <summary>Processor time of the sender as a share of the wall clock, in percent; 100 is one processor.</summary>
    public required Figure CpuPercent { get; init; }

    /// <summary>Processor seconds of the receiver for a GB.</summary>
    public required Figure ReceiverCpuSecondsPerGigabyte { get; init; }

    /// <summary>System calls of a run; null where the runtime makes them.</summary>
    public required Figure? SystemCalls { get; init; }

    /// <summary>Context switches of a run, voluntary and not.</summary>
    public required Figure ContextSwitches { get; init; }

    /// <summary>Page faults of a run, with and without I/O.</summary>
    public required Figure PageFaults { get; init; }

    /// <summary>Chunk time that half of the chunks kept below, in microseconds.</summary>
    public required Figure ChunkP50Us { get; init; }

    /// <summary>Chunk time that 99 % of the chunks kept below, in microseconds.</summary>
    public required Figure ChunkP99Us { get; init; }

    /// <summary>Longest chunk time, in microseconds.</summary>
    public required Figure ChunkMaxUs { get; init; }

    /// <summary>What the mechanism had to say; null = nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Sums up the runs of one plan.</summary>
    internal static TransferMeasures Of(IReadOnlyList<RunResult> runs)
    {
        Figure Over(Func<SenderReport, double> value) => Figure.Of(runs.Select(run => value(run.Sender)));
        return new TransferMeasures
        {
            Plan = runs[0].Plan,
            Runs = runs.Count,
            WallSeconds = Over(run => run.WallSeconds),
            MegabytesPerSecond = Over(run => run.Bytes / 1e6 / run.WallSeconds),
            CpuSecondsPerGigabyte = Over(run => run.CpuSeconds / (run.Bytes / 1e9)),
            UserSecondsPerGigabyte = Over(run => run.UserSeconds / (run.Bytes / 1e9)),
            CpuPercent = Over(run => 100 * run.CpuSeconds / run.WallSeconds),
            ReceiverCpuSecondsPerGigabyte = Figure.Of(runs.Select(run => run.Receiver.CpuSeconds / (run.Receiver.Bytes / 1e9))),
            SystemCalls = runs.Any(run => run.Sender.SystemCalls is null) ? null : Over(run => run.SystemCalls!.Value),
            ContextSwitches = Over(run => run.VoluntarySwitches + run.InvoluntarySwitches),
            PageFaults = Over(run => run.MinorFaults + run.MajorFaults),
            ChunkP50Us = Over(run => run.ChunkP50Us),
            ChunkP99Us = Over(run => run.ChunkP99Us),
            ChunkMaxUs = Over(run => run.ChunkMaxUs),
            Remark = runs.Select(run => run.Sender.Remark).FirstOrDefault(remark => remark is not null),
        };
    }
}
