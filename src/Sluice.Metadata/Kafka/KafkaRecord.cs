namespace Sluice.Metadata.Kafka;

/// <summary>One record of Kafka's metadata, kept as it was written there.</summary>
/// <param name="Name">Its schema's name, such as <c>UserScramCredentialRecord</c>; for readers of the file.</param>
/// <param name="Type">The number of the schema.</param>
/// <param name="Version">The version that the body is written in.</param>
/// <param name="Body">The bytes of the body, without the frame, in base64.</param>
/// <remarks>Body may hold salted password hashes: not for showing or logging.</remarks>
public sealed record KafkaRecord(string Name, short Type, short Version, string Body)
{
    /// <summary>Nothing of the body, which may be secret.</summary>
    public override string ToString() => $"{Name} version {Version}";
}
