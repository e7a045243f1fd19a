namespace Sluice.Client.Producing;

/// <summary>What the sender will send next, or when it should look again.</summary>
internal sealed class ProducePlan
{
    /// <summary>One request per broker at most.</summary>
    internal List<ProduceDispatch> Dispatches { get; } = [];

    /// <summary>Whether metadata has to be asked for before some batch can go anywhere.</summary>
    internal bool HasStaleTopics { get; set; }

    /// <summary>Time until the next batch is due; null = none waits for time to pass.</summary>
    internal TimeSpan? Pause { get; private set; }

    internal void WakeAfter(TimeSpan pause)
    {
        // Timers count whole milliseconds, and one that fires early would find nothing due.
        pause = TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
        if (Pause is null || pause < Pause) Pause = pause;
    }

    internal ProduceDispatch For(int brokerId)
    {
        ProduceDispatch? dispatch = Dispatches.Find(candidate => candidate.BrokerId == brokerId);
        if (dispatch is not null) return dispatch;
        dispatch = new ProduceDispatch(brokerId);
        Dispatches.Add(dispatch);
        return dispatch;
    }
}
