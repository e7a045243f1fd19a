using Sluice.Lab.Measuring;

namespace Sluice.Lab.Advising;

/// <summary>The cost of one length of sendfile call.</summary>
/// <param name="CallBytes">Most bytes of one call.</param>
/// <param name="CpuSecondsPerGigabyte">Processor time for 10⁹ bytes.</param>
internal sealed record CallCost(int CallBytes, Figure CpuSecondsPerGigabyte);
