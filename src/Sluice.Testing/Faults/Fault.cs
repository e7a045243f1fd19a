using Sluice.Protocol;

namespace Sluice.Testing;

/// <summary>What a broker is to do to certain requests in place of serving them as usual.</summary>
/// <remarks>Immutable: each method returns another fault. Begins with <see cref="On"/>.</remarks>
public sealed record Fault
{
    internal Fault(FaultTrigger trigger, FaultAction action, ErrorCode error = ErrorCode.None, TimeSpan duration = default)
    {
        Trigger = trigger;
        Action = action;
        Error = error;
        Duration = duration;
    }

    internal FaultTrigger Trigger { get; }

    internal FaultAction Action { get; }

    internal ErrorCode Error { get; }

    internal TimeSpan Duration { get; }

    internal int TimesMax { get; private init; } = int.MaxValue;

    internal int SkippedCount { get; private init; }

    internal double Probability { get; private init; } = 1;

    /// <summary>Begins a fault for the requests of one API.</summary>
    /// <param name="api">Which. Requests by which the test kit itself asks its broker are never touched.</param>
    public static FaultTrigger On(ApiKey api) => new(api);

    /// <summary>Ends the fault after it has acted so often.</summary>
    /// <param name="count">1 or more. By default it goes on until it is removed.</param>
    public Fault Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { TimesMax = count };
    }

    /// <summary>Lets the first matching requests pass.</summary>
    /// <param name="count">0 or more.</param>
    public Fault After(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return this with { SkippedCount = count };
    }

    /// <summary>Lets chance decide about each matching request, by the broker's seed.</summary>
    /// <param name="probability">Above 0, at most 1.</param>
    /// <remarks>The n-th request that matches the n-th fault meets the same decision under the same seed, whatever other requests come between.</remarks>
    public Fault WithProbability(double probability)
    {
        if (probability is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is above 0 and at most 1.");
        return this with { Probability = probability };
    }

    /// <summary>Says in one line what the fault does, as messages do.</summary>
    public override string ToString()
    {
        string action = Action switch
        {
            FaultAction.Respond => $"respond {ErrorCodes.Name(Error)}",
            FaultAction.RespondAfterEffect => $"act, then respond {ErrorCodes.Name(Error)}",
            FaultAction.Delay => $"delay by {Duration}",
            FaultAction.Throttle => $"throttle for {Duration}",
            FaultAction.CorruptResponse => "corrupt the response",
            FaultAction.CorruptRecords => "corrupt the records",
            FaultAction.DropBeforeEffect => "drop the connection before the effect",
            _ => "drop the connection after the effect",
        };
        string limit = TimesMax == int.MaxValue ? "" : $", {TimesMax} times";
        string skip = SkippedCount == 0 ? "" : $", after {SkippedCount}";
        string chance = Probability < 1 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", with probability {Probability}") : "";
        return $"{Trigger}: {action}{limit}{skip}{chance}";
    }
}
