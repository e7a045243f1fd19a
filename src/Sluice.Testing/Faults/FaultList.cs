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

    /// <summary>The fault that acts on a request, which every fault is asked about at most once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="hasRecords">True = it was served, and the answer has records: only faults that change records are asked. False = it is yet to be served: only the others.</param>
    /// <param name="luck">Decides the details; by the seed.</param>
    /// <returns>Null = none.</returns>
    public Fault? FindActing(SeenRequest request, bool hasRecords, out ulong luck)
    {
        foreach (InjectedFault fault in Volatile.Read(ref _faults))
        {
            if (fault.Fault.Action == FaultAction.CorruptRecords == hasRecords && fault.TryAct(request, out luck)) return fault.Fault;
        }
        luck = 0;
        return null;
    }
}
