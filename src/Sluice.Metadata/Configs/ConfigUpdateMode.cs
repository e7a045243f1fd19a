namespace Sluice.Metadata.Configs;

/// <summary>Whether, and on which resource, a running cluster accepts a new value for a setting.</summary>
public enum ConfigUpdateMode
{
    /// <summary>Taken from file, environment or command line at start only.</summary>
    ReadOnly,

    /// <summary>Can be changed on one broker by its id; refused as a default of the cluster.</summary>
    PerBroker,

    /// <summary>Can be changed on one broker and as a default of the cluster (broker name "").</summary>
    ClusterWide,

    /// <summary>Belongs to a topic, a group or a metrics subscription, and can be changed there at any time.</summary>
    Resource,
}
