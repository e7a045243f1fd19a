namespace Sluice.Lab.Measuring;

/// <summary>One run, seen from both sides.</summary>
/// <param name="Plan">What was run.</param>
/// <param name="Sender">What the sender measured of itself.</param>
/// <param name="Receiver">What the receiver said.</param>
internal sealed record RunResult(TransferPlan Plan, SenderReport Sender, ReceiverReport Receiver);
