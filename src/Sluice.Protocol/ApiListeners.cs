namespace Sluice.Protocol;

/// <summary>Which kinds of endpoint accept an API.</summary>
[Flags]
public enum ApiListeners
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Where clients and other brokers connect.</summary>
    Broker = 1,

    /// <summary>Where brokers and controllers reach the controller.</summary>
    Controller = 2,
}
