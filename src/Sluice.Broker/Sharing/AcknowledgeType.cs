namespace Sluice.Broker.Sharing;

/// <summary>What a member says of a record (KIP-932, KIP-1222).</summary>
internal enum AcknowledgeType : sbyte
{
    /// <summary>There was no record at this offset.</summary>
    Gap = 0,

    /// <summary>Done.</summary>
    Accept = 1,

    /// <summary>To be tried again, by anybody.</summary>
    Release = 2,

    /// <summary>Never to be tried again.</summary>
    Reject = 3,

    /// <summary>Still busy: the lock begins anew.</summary>
    Renew = 4,
}
