using Sluice.Lab.Measuring;

namespace Sluice.Lab.Advising;

/// <summary>One comparison: the cost of a region by copying and by sendfile.</summary>
/// <param name="RegionBytes">Its length.</param>
/// <param name="CopyUs">Processor time of one transfer that copies, in microseconds.</param>
/// <param name="SendFileUs">The same by sendfile.</param>
internal sealed record RegionCost(int RegionBytes, Figure CopyUs, Figure SendFileUs);
