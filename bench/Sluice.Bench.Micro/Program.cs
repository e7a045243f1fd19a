using BenchmarkDotNet.Running;
using Sluice.Bench.Micro.Broker;
using Sluice.Bench.Micro.Groups;
using Sluice.Bench.Micro.Log;
using Sluice.Bench.Micro.Support;
using Sluice.Bench.Micro.Testing;

if (args is ["allocations", ..])
{
    return await EndToEndAllocations.RunAsync(EndToEndAllocations.RequestsStandard, Console.Out, markdown: args.Contains("--markdown")) ? 0 : 1;
}

if (args is ["log", .. var rest])
{
    await LogFigures.RunAsync(rest.Contains("--quick") ? 0.01 : 1, Console.Out);
    return 0;
}

if (args is ["groups", .. var options])
{
    await GroupFigures.RunAsync(options.Contains("--quick") ? 0.02 : 1, Console.Out);
    return 0;
}

if (args is ["testing", .. var settings])
{
    await TestBrokerFigures.RunAsync(settings.Contains("--quick") ? 0.03 : 1, Console.Out);
    return 0;
}

return BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args, BenchmarkSettings.Create()).Any() ? 0 : 1;
