namespace Sluice.Testing;

/// <summary>A fault in a running broker.</summary>
/// <remarks>Safe for any thread. Stays through restarts of the broker.</remarks>
public sealed class InjectedFault
{
    private readonly Lock _lock = new();
    private readonly int _seed;
    private int _matchedCount;
    private int _actedCount;
    private volatile bool _removed;

    internal InjectedFault(Fault fault, int seed)
    {
        Fault = fault;
        _seed = seed;
    }

    /// <summary>What it does.</summary>
    public Fault Fault { get; }

    /// <summary>Requests that it was looked up for and that matched, acted on or not.</summary>
    public int MatchedCount
    {
        get
        {
            lock (_lock) return _matchedCount;
        }
    }

    /// <summary>How often it has acted.</summary>
    public int ActedCount
    {
        get
        {
            lock (_lock) return _actedCount;
        }
    }

    /// <summary>Ends the fault; requests that it delays now are delayed to their end.</summary>
    public void Remove() => _removed = true;

    /// <inheritdoc/>
    public override string ToString() => $"{Fault} (acted {ActedCount} times)";

    /// <summary>Whether the fault acts on this request, of which it must be told once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="luck">Bits that decide the details: the same for the n-th matching request under the same seed.</param>
    internal bool TryAct(SeenRequest request, out ulong luck)
    {
        luck = 0;
        if (_removed || !Matches(request)) return false;
        lock (_lock)
        {
            int index = _matchedCount++;
            luck = Mix(((ulong)(uint)_seed << 32) | (uint)index);
            if (index < Fault.SkippedCount || _actedCount >= Fault.TimesMax || !IsLucky(luck)) return false;
            _actedCount++;
            return true;
        }
    }

    private bool Matches(SeenRequest request) =>
        request.Api == Fault.Trigger.Api
        && (Fault.Trigger.ClientName is not { } client || client == request.ClientId)
        && (Fault.Trigger.TopicName is not { } topic || request.Topics.Contains(topic));

    // A decision of its own for each index: what the fault before decided must not depend on who asked in between.
    private bool IsLucky(ulong luck) => Fault.Probability >= 1 || (luck >> 11) * (1.0 / (1UL << 53)) < Fault.Probability;

    // The finalizer of SplitMix64: each bit of the input changes half of the output's.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
