namespace Sluice.Cli.Output;

/// <summary>What can be printed of a record.</summary>
internal enum RecordField
{
    /// <summary>Fixed text, not a field.</summary>
    Text = 0,

    /// <summary>The topic's name.</summary>
    Topic,

    /// <summary>The partition's index.</summary>
    Partition,

    /// <summary>The offset.</summary>
    Offset,

    /// <summary>Milliseconds since the Unix epoch.</summary>
    Timestamp,

    /// <summary>The timestamp as ISO 8601 in UTC.</summary>
    Time,

    /// <summary>The headers as name=value, separated by commas.</summary>
    Headers,

    /// <summary>The key's bytes.</summary>
    Key,

    /// <summary>The value's bytes.</summary>
    Value,
}
