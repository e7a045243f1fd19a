using Sluice.Lab.Measuring;

namespace Sluice.Lab.Processes;

/// <summary>What a sender process is to do.</summary>
/// <param name="Port">Port of the receiver on 127.0.0.1.</param>
/// <param name="Plan">The run.</param>
internal sealed record SendPlan(int Port, TransferPlan Plan);
