using System.Globalization;
using Sluice.Lab.CommandLine;
using Sluice.Lab.Files;
using Sluice.Lab.Mechanisms;
using Sluice.Lab.Processes;

namespace Sluice.Lab.Measuring;

/// <summary>Runs plans: each with a receiver and a sender process of its own, one run at a time.</summary>
internal sealed class TransferRunner
{
    private const string PortPrefix = "port ";

    private readonly TestFile _file;
    private readonly Action<LabProcess, LabProcess>? _beforeStart;

    /// <summary>Creates a runner for one file.</summary>
    /// <param name="file">Stays the caller's.</param>
    /// <param name="beforeStart">Gets receiver and sender when both are ready, and before the first byte of the run; null = nothing happens there.</param>
    internal TransferRunner(TestFile file, Action<LabProcess, LabProcess>? beforeStart = null)
    {
        _file = file;
        _beforeStart = beforeStart;
    }

    /// <summary>Runs one plan.</summary>
    /// <exception cref="LabException">A side failed; the message names the mechanism.</exception>
    internal async Task<RunResult> RunAsync(TransferPlan plan, CancellationToken cancellationToken)
    {
        IMechanism mechanism = MechanismCatalog.Find(plan.Mechanism);
        var receivePlan = new ReceivePlan(plan.Connections + SenderProgram.ExtraConnections, plan.Receiver, plan.ReceiveLowWaterBytes, mechanism.IsEncrypted);
        await using LabProcess receiver = LabProcess.StartSelf(ChildPrograms.ReceiveArgument, ChildJson.Write(receivePlan));
        string? portLine = await receiver.ReadLineAsync(cancellationToken);
        if (portLine is null || !portLine.StartsWith(PortPrefix, StringComparison.Ordinal))
        {
            throw new LabException($"the receiver {await receiver.DescribeEndAsync(cancellationToken)}");
        }

        int port = int.Parse(portLine[PortPrefix.Length..], CultureInfo.InvariantCulture);
        await using LabProcess sender = StartSender(mechanism, new SendPlan(port, plan));
        string? line = await sender.ReadLineAsync(cancellationToken);
        if (line == "ready")
        {
            if (plan.Cache == CacheState.Evicted) _file.Evict();
            _beforeStart?.Invoke(receiver, sender);
            await sender.WriteLineAsync("go");
            line = await sender.ReadLineAsync(cancellationToken);
        }

        if (line is null) throw new LabException($"{plan.Mechanism}: the sender {await sender.DescribeEndAsync(cancellationToken)}");
        SenderReport report = ChildJson.Read<SenderReport>(line);
        if (report.Failure is not null) throw new LabException($"{plan.Mechanism}: {report.Failure}");
        string receiverLine = await receiver.ReadLineAsync(cancellationToken)
            ?? throw new LabException($"{plan.Mechanism}: the receiver {await receiver.DescribeEndAsync(cancellationToken)}");
        ReceiverReport received = ChildJson.Read<ReceiverReport>(receiverLine);
        if (received.Failure is not null) throw new LabException($"{plan.Mechanism}: the receiver: {received.Failure}");
        if (plan.Receiver == ReceiverMode.Verify) Verify(plan, received);
        return new RunResult(plan, report, received);
    }

    /// <summary>Runs every plan as often as asked, in rounds, so that whatever else the machine does meets all of them alike.</summary>
    /// <param name="plans">At least one.</param>
    /// <param name="roundsCount">1 or more.</param>
    /// <param name="progress">Told before each run.</param>
    /// <param name="cancellationToken">Ends it; no process is left.</param>
    /// <returns>The measures of each plan, in the order of the plans.</returns>
    internal async Task<IReadOnlyList<TransferMeasures>> RunRoundsAsync(
        IReadOnlyList<TransferPlan> plans, int roundsCount, Action<RunProgress> progress, CancellationToken cancellationToken)
    {
        List<RunResult>[] results = [.. plans.Select(_ => new List<RunResult>(roundsCount))];
        int done = 0;
        for (int round = 0; round < roundsCount; round++)
        {
            for (int step = 0; step < plans.Count; step++)
            {
                // Another one is first in each round: what follows a rest or a hot processor is not always the same.
                int index = (step + round) % plans.Count;
                progress(new RunProgress(done++, plans.Count * roundsCount, plans[index]));
                results[index].Add(await RunAsync(plans[index], cancellationToken));
            }
        }

        return [.. results.Select(TransferMeasures.Of)];
    }

    private static void Verify(TransferPlan plan, ReceiverReport received)
    {
        for (int connection = 0; connection < plan.Connections; connection++)
        {
            if (received.Hashes[connection + SenderProgram.ExtraConnections] != ExpectedBytes.Hash(plan, connection))
            {
                throw new LabException($"{plan.Mechanism}: connection {connection} received other bytes than the file has");
            }
        }
    }

    private static LabProcess StartSender(IMechanism mechanism, SendPlan plan) => mechanism is ISenderProgram program
        ? program.Start(plan)
        : LabProcess.StartSelf(ChildPrograms.SendArgument, ChildJson.Write(plan));
}
