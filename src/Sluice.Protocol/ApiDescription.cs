namespace Sluice.Protocol;

/// <summary>What the schemas say about one API.</summary>
public sealed class ApiDescription
{
    // A first flexible version that no version reaches.
    internal const short NeverFlexible = short.MaxValue;

    private readonly Func<IMessage> _newRequest;
    private readonly Func<IMessage> _newResponse;

    internal ApiDescription(
        ApiKey key,
        string name,
        short lowestVersion,
        short highestVersion,
        short firstFlexibleVersion,
        ApiListeners listeners,
        bool isHighestVersionUnstable,
        Func<IMessage> newRequest,
        Func<IMessage> newResponse)
    {
        Key = key;
        Name = name;
        LowestVersion = lowestVersion;
        HighestVersion = highestVersion;
        FirstFlexibleVersion = firstFlexibleVersion;
        Listeners = listeners;
        IsHighestVersionUnstable = isHighestVersionUnstable;
        _newRequest = newRequest;
        _newResponse = newResponse;
    }

    /// <summary>The API's number.</summary>
    public ApiKey Key { get; }

    /// <summary>The API's name, without Request or Response.</summary>
    public string Name { get; }

    /// <summary>First version that can be read and written.</summary>
    public short LowestVersion { get; }

    /// <summary>Last version that can be read and written, unstable or not.</summary>
    public short HighestVersion { get; }

    /// <summary>Last version to offer to clients: one less than the highest while that is unstable.</summary>
    public short HighestStableVersion => IsHighestVersionUnstable ? (short)(HighestVersion - 1) : HighestVersion;

    /// <summary>First version with compact lengths and tagged fields; <see cref="short.MaxValue"/> = none.</summary>
    public short FirstFlexibleVersion { get; }

    /// <summary>Where the API may be called.</summary>
    public ApiListeners Listeners { get; }

    /// <summary>True = the highest version may still change and is offered only on demand.</summary>
    public bool IsHighestVersionUnstable { get; }

    /// <summary>True = <paramref name="version"/> can be read and written.</summary>
    public bool Supports(short version) => version >= LowestVersion && version <= HighestVersion;

    /// <summary>True = compact lengths and tagged fields.</summary>
    public bool IsFlexible(short version) => version >= FirstFlexibleVersion;

    /// <summary>Version of the header before a request of <paramref name="version"/>: 1 or 2.</summary>
    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>Version of the header before a response of <paramref name="version"/>: 0 or 1.</summary>
    /// <remarks>Always 0 for ApiVersions: a client must be able to read that answer before it knows what its peer speaks.</remarks>
    public short ResponseHeaderVersion(short version) => IsFlexible(version) && Key != ApiKey.ApiVersions ? (short)1 : (short)0;

    /// <summary>A new request of the API's type.</summary>
    public IMessage NewRequest() => _newRequest();

    /// <summary>A new response of the API's type.</summary>
    public IMessage NewResponse() => _newResponse();
}
