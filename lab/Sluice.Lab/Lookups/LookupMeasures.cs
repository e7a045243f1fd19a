using Sluice.Lab.Measuring;

namespace Sluice.Lab.Lookups;

/// <summary>What lookups in one index by one mechanism took.</summary>
/// <param name="Mechanism">Its name.</param>
/// <param name="IndexBytes">Length of the index.</param>
/// <param name="WarmNs">One lookup, the index being in the page cache; nanoseconds, over the rounds.</param>
/// <param name="CallsPerLookup">System calls of one lookup.</param>
/// <param name="ColdUs">The first lookup after the index was dropped from the page cache; microseconds.</param>
/// <param name="ColdFaults">Page faults of that lookup.</param>
internal sealed record LookupMeasures(string Mechanism, long IndexBytes, Figure WarmNs, double CallsPerLookup, Figure ColdUs, double ColdFaults);
