using Sluice.Bench.Micro.Broker;

namespace Sluice.Bench.Tests;

/// <summary>The allocation gate. The count is of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Fact]
    public async Task A_request_in_steady_state_allocates_less_than_a_kibibyte()
    {
        foreach (AllocationResult result in await EndToEndAllocations.MeasureAsync(requestsCount: 1000))
        {
            result.BytesPerRequest.ShouldBeInRange(0, EndToEndAllocations.BytesPerRequestMax, result.Request);
        }
    }
}
