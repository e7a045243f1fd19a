namespace Sluice.Broker.Quotas;

/// <summary>Remembers what was used of a quota lately.</summary>
/// <remarks>Any thread. Times are milliseconds of a clock that never goes back, from any beginning.</remarks>
internal interface IQuotaSensor
{
    /// <summary>When something was last recorded.</summary>
    long LastUsedMs { get; }

    /// <summary>Whether it would act no otherwise if it were new, so that it may be forgotten.</summary>
    bool IsAsNew(long nowMs);
}
