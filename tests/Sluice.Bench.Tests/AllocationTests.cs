using Sluice.Bench.Micro.Broker;

namespace Sluice.Bench.Tests;

/// <summary>The allocation gate. The count is of the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    // A pool that gets its first array on another processor is not steady state; over a few requests it is a lot. What every request
    // allocates is there in each attempt.
    private const int AttemptsMax = 6;

    [Fact]
    public async Task A_request_in_steady_state_allocates_less_than_a_kibibyte()
    {
        for (int attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            IReadOnlyList<AllocationResult> results = await EndToEndAllocations.MeasureAsync(requestsCount: 1000);
            if (attempt < AttemptsMax && results.Any(result => result.BytesPerRequest >= EndToEndAllocations.BytesPerRequestMax)) continue;
            foreach (AllocationResult result in results) result.BytesPerRequest.ShouldBeInRange(0, EndToEndAllocations.BytesPerRequestMax, result.Request);
            return;
        }
    }
}
