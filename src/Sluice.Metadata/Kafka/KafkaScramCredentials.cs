using System.Collections.Immutable;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Sasl;
using Sluice.Metadata.Scram;

namespace Sluice.Metadata.Kafka;

/// <summary>Reads SCRAM credentials out of the records that a takeover kept.</summary>
public static class KafkaScramCredentials
{
    /// <summary>Reads one record.</summary>
    /// <param name="record">Any record.</param>
    /// <returns>Null = it is no credential, or one that nobody could log in with.</returns>
    public static (string User, ScramCredential Credential)? TryRead(KafkaRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Type != UserScramCredentialRecord.RecordType) return null;
        var message = new UserScramCredentialRecord();
        try
        {
            var reader = new MessageReader(Convert.FromBase64String(record.Body));
            message.Read(ref reader, record.Version);
            if (message.Name.Length == 0) return null;
            return (message.Name, new ScramCredential(
                (ScramMechanism)message.Mechanism, message.Salt.ToArray(), message.StoredKey.ToArray(), message.ServerKey.ToArray(), message.Iterations));
        }
        catch (Exception exception) when (exception is ArgumentException or WireFormatException or FormatException)
        {
            // Of a mechanism that is not known, or with keys of a wrong size: nothing is lost by keeping it as it is.
            return null;
        }
    }

    /// <summary>Parts the credentials from the rest.</summary>
    /// <param name="kept">What a takeover kept.</param>
    /// <param name="rest">The records that are no credentials, or none that can be used, in their order.</param>
    internal static IReadOnlyList<(string User, ScramCredential Credential)> TakeFrom(ImmutableArray<KafkaRecord> kept, out ImmutableArray<KafkaRecord> rest)
    {
        var credentials = new List<(string User, ScramCredential Credential)>();
        var others = ImmutableArray.CreateBuilder<KafkaRecord>();
        foreach (KafkaRecord record in kept)
        {
            if (TryRead(record) is { } credential) credentials.Add(credential);
            else others.Add(record);
        }
        rest = others.ToImmutable();
        return credentials;
    }
}
