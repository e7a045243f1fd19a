using BenchmarkDotNet.Running;
using Sluice.Bench.Micro.Broker;
using Sluice.Bench.Micro.Support;

if (args is ["allocations", ..])
{
    return await EndToEndAllocations.RunAsync(EndToEndAllocations.RequestsStandard, Console.Out, markdown: args.Contains("--markdown")) ? 0 : 1;
}

return BenchmarkSwitcher.FromAssembly(typeof(BenchmarkSettings).Assembly).Run(args, BenchmarkSettings.Create()).Any() ? 0 : 1;
