using System.Net.Sockets;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Processes;
using Sluice.Bench.Load.Reporting;
using Sluice.Client;

namespace Sluice.Bench.Load.Comparing;

/// <summary>Runs workloads on the contenders in turns, and keeps every figure.</summary>
/// <param name="contenders">One, or two of which the first is Sluice.</param>
/// <param name="warmup">What a broker does before it is measured: a virtual machine compiles what is used much.</param>
/// <param name="roundsCount">Rounds of each workload.</param>
/// <param name="progress">Told what goes on.</param>
internal sealed class Comparison(IReadOnlyList<Contender> contenders, IReadOnlyList<Workload> warmup, int roundsCount, TextWriter progress)
{
    /// <summary>The floor's name among the contenders'.</summary>
    public const string FloorName = "floor";

    private bool _isRunning;

    /// <summary>Runs one workload.</summary>
    /// <returns>What each round of it brought.</returns>
    /// <exception cref="KafkaException">A broker refused, or is gone.</exception>
    public async Task<WorkloadResult> RunAsync(Workload workload, CancellationToken cancellationToken)
    {
        await PrepareAsync(workload, cancellationToken);
        var result = new WorkloadResult(workload);
        if (workload.PrepareAsync is { } prepare) await prepare(contenders, cancellationToken);
        int rounds = Math.Min(roundsCount, workload.RoundsMax);
        for (int round = 0; round < rounds; round++)
        {
            // Whoever comes second finds another machine than the first: take turns at that too.
            foreach (Contender contender in round % 2 == 0 ? contenders : contenders.Reverse())
            {
                await progress.WriteLineAsync($"{workload.Group}: {workload.Name}, {contender.Name}, round {round + 1} of {rounds}");
                await TryAsync(result, contender.Name, () => workload.RunAsync(contender, cancellationToken));
            }

            if (workload.RunFloorAsync is { } floor) await TryAsync(result, FloorName, () => floor(cancellationToken));
        }

        return result;
    }

    // One that cannot do it must not keep the others from being measured; the table says so.
    private async Task TryAsync(WorkloadResult result, string name, Func<Task<Report>> run)
    {
        PageCache.Settle();
        try
        {
            result.Add(name, await run());
        }
        catch (Exception exception) when (exception is KafkaException or IOException or InvalidDataException or SocketException or UsageException)
        {
            result.AddFailure(name, exception.Message);
            await progress.WriteLineAsync($"  failed: {exception.Message}");
        }
    }

    private async Task PrepareAsync(Workload workload, CancellationToken cancellationToken)
    {
        if (_isRunning != workload.StartsOwnBrokers) return;
        _isRunning = !workload.StartsOwnBrokers;
        foreach (Contender contender in contenders)
        {
            if (!_isRunning)
            {
                await contender.StopAsync();
                continue;
            }

            await contender.StartAsync(cancellationToken);
            await progress.WriteLineAsync($"warming up {contender.Name}");
            foreach (Workload load in warmup) _ = await load.RunAsync(contender, cancellationToken);
        }
    }
}
