using System.Reflection;
using BenchmarkDotNet.Attributes;
using Sluice.Bench.Micro.Support;

namespace Sluice.Bench.Tests;

/// <summary>Every micro-benchmark once, so that none of them can rot.</summary>
public sealed class MicroBenchmarkTests
{
    public static TheoryData<Type> Classes => [.. typeof(BenchmarkSettings).Assembly.GetTypes().Where(type => Methods<BenchmarkAttribute>(type).Any())];

    [Theory]
    [MemberData(nameof(Classes))]
    public void Every_benchmark_of_the_class_runs(Type type)
    {
        object benchmarks = Activator.CreateInstance(type)!;
        Run<GlobalSetupAttribute>(benchmarks);
        Run<IterationSetupAttribute>(benchmarks);
        try
        {
            foreach (MethodInfo method in Methods<BenchmarkAttribute>(type))
            {
                Convert.ToInt64(method.Invoke(benchmarks, null), null).ShouldBeGreaterThanOrEqualTo(0, $"{type.Name}.{method.Name}");
            }
        }
        finally
        {
            Run<IterationCleanupAttribute>(benchmarks);
            Run<GlobalCleanupAttribute>(benchmarks);
        }
    }

    private static IEnumerable<MethodInfo> Methods<TAttribute>(Type type)
        where TAttribute : Attribute => type.GetMethods().Where(method => method.IsDefined(typeof(TAttribute)));

    private static void Run<TAttribute>(object benchmarks)
        where TAttribute : Attribute
    {
        foreach (MethodInfo method in Methods<TAttribute>(benchmarks.GetType())) method.Invoke(benchmarks, null);
    }
}
