using BenchmarkDotNet.Running;
using Sluice.Bench.Micro.Broker;
using Sluice.Bench.Micro.Groups;
using Sluice.Bench.Micro.Log;
using Sluice.Bench.Micro.Support;
using Sluice.Bench.Micro.Testing;
using Sluice.Bench.Micro.Transactions;

if (args is ["allocations", ..])
{
    return await EndToEndAllocations.RunAsync(EndToEndAllocations.RequestsStandard, Console.Out, markdown: args.Contains("--markdown")) ? 0 : 1;
}

// Figures of whole parts, with the scale of a quick trial.
Dictionary<string, (Func<double, TextWriter, Task> Run, double QuickScale)> figures = new()
{
    ["log"] = (LogFigures.RunAsync, 0.01),
    ["moves"] = (MoveFigures.RunAsync, 0.01),
    ["groups"] = (GroupFigures.RunAsync, 0.02),
    ["testing"] = (TestBrokerFigures.RunAsync, 0.03),
    ["transactions"] = (TransactionFigures.RunAsync, 0.05),
};
if (args is [var name, .. var options] && figures.TryGetValue(name, out var figure))
{
    await figure.Run(options.Contains("--quick") ? figure.QuickScale : 1, Console.Out);
    return 0;
}

return BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args, BenchmarkSettings.Create()).Any() ? 0 : 1;
