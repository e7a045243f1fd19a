using Sluice.Lab.Processes;

namespace Sluice.Lab.Mechanisms;

/// <summary>A mechanism that is a program of its own, and talks as the lab's own sender does.</summary>
internal interface ISenderProgram : IMechanism
{
    /// <summary>Starts it: it connects, warms up, says <c>ready</c>, waits for a line, runs, and says a <see cref="Measuring.SenderReport"/>.</summary>
    LabProcess Start(SendPlan plan);
}
