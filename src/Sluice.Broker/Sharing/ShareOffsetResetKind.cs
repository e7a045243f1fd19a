namespace Sluice.Broker.Sharing;

/// <summary>The values of <c>share.auto.offset.reset</c>.</summary>
internal enum ShareOffsetResetKind
{
    /// <summary>With what is produced from now on.</summary>
    Latest,

    /// <summary>With the first record there is.</summary>
    Earliest,

    /// <summary>With the first record that is not older than some time.</summary>
    ByDuration,
}
