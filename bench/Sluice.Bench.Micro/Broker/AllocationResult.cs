namespace Sluice.Bench.Micro.Broker;

/// <summary>What one kind of request allocates.</summary>
/// <param name="Request">The kind.</param>
/// <param name="BytesPerRequest">Mean over many.</param>
internal sealed record AllocationResult(string Request, double BytesPerRequest);
