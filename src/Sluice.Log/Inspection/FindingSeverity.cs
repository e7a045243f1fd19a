namespace Sluice.Log.Inspection;

/// <summary>How bad something is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Something that can be derived from the batches is wrong: no record is lost by mending it.</summary>
    Repairable,

    /// <summary>Records are lost or wrong.</summary>
    Damage,
}
