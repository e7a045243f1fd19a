using Sluice.Lab.CommandLine;

namespace Sluice.Lab.Mechanisms;

/// <summary>Mechanisms that were asked for, divided by whether this machine offers them.</summary>
/// <param name="Offered">At least one.</param>
/// <param name="Missing">The others, each with the reason.</param>
internal sealed record MechanismSelection(IReadOnlyList<IMechanism> Offered, IReadOnlyList<(IMechanism Mechanism, string Reason)> Missing)
{
    /// <summary>Asks the machine about each.</summary>
    /// <exception cref="LabException">It offers none of them.</exception>
    internal static MechanismSelection Of(IReadOnlyList<IMechanism> mechanisms)
    {
        List<IMechanism> offered = [];
        List<(IMechanism, string)> missing = [];
        foreach (IMechanism mechanism in mechanisms)
        {
            if (mechanism.WhyNotOffered() is { } reason) missing.Add((mechanism, reason));
            else offered.Add(mechanism);
        }

        return offered.Count > 0
            ? new MechanismSelection(offered, missing)
            : throw new LabException($"nothing to run: {string.Join("; ", missing.Select(entry => $"{entry.Item1.Name} is not offered here: {entry.Item2}"))}");
    }
}
