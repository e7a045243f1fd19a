namespace Sluice.Metadata.Configs;

/// <summary>Settings of a broker: those of Kafka 4.3 under their own names, and Sluice's own, which begin with <c>sluice.</c>.</summary>
/// <remarks>One file per subject. Each entry is a key with name, default, rule, importance, update mode, support and documentation; whoever makes
/// Sluice act upon a setting changes its support from a reason of <see cref="NotServed"/> to Honoured.</remarks>
public static partial class BrokerConfigKeys
{
    private static ConfigTableBuilder? s_builder;

    // The compiler may run the initializers of the partial files in any order, so whichever comes first makes the builder; this constructor runs after
    // all of them.
    static BrokerConfigKeys()
    {
        Table = Declare.Build();
        s_builder = null;
    }

    /// <summary>All of them, sorted by name.</summary>
    public static ConfigTable Table { get; }

    private static ConfigTableBuilder Declare => s_builder ??= new ConfigTableBuilder("broker", ConfigUpdateMode.ReadOnly);
}
