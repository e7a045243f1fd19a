namespace Sluice.Transfer.Tests.Support;

/// <summary>Keeps what a send reports, in order; may act on a report.</summary>
internal sealed class Steps(Action<long>? onReport = null) : IProgress<long>
{
    public List<long> Reported { get; } = [];

    public void Report(long value)
    {
        Reported.Add(value);
        onReport?.Invoke(value);
    }
}
