namespace Sluice.Testing;

/// <summary>The faults of a broker, in the order in which they were added.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class FaultList(int seed)
{
    private readonly Lock _lock = new();
    private InjectedFault[] _faults = [];

    public IReadOnlyList<InjectedFault> All => Volatile.Read(ref _faults);

    public InjectedFault Add(Fault fault)
    {
        lock (_lock)
        {
            // Each fault has luck of its own, which must not change when another is added behind it.
            InjectedFault injected = new(fault, unchecked((seed * 31) + _faults.Length));
            Volatile.Write(ref _faults, [.. _faults, injected]);
            return injected;
        }
    }

    /// <summary>The fault that acts on a request, which every fault is asked about at most once; null = none.</summary>
    public Fault? FindActing(SeenRequest request)
    {
        foreach (InjectedFault fault in Volatile.Read(ref _faults))
        {
            if (fault.TryAct(request)) return fault.Fault;
        }
        return null;
    }
}
