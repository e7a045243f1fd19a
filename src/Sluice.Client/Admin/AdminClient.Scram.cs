using System.Security.Cryptography;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Sasl;

namespace Sluice.Client.Admin;

// Users of SCRAM (KIP-554). One request a mechanism: brokers refuse one that names a user twice.
public sealed partial class AdminClient
{
    private const int ScramSaltBytes = 32;

    /// <summary>Sets a user's password for some mechanisms; credentials of other mechanisms stay as they are.</summary>
    /// <param name="user">Not empty.</param>
    /// <param name="password">Not empty. It is salted and hashed here, and does not travel.</param>
    /// <param name="mechanisms">At least one.</param>
    /// <param name="iterations">4096 to 16384: the more, the longer it takes to guess a password that leaked, and to log in.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have happened then.</param>
    /// <exception cref="KafkaException">The broker refused; mechanisms before that one are changed.</exception>
    public async Task SetScramPasswordAsync(
        string user, string password, IReadOnlyCollection<ScramMechanism> mechanisms, int iterations, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(password);
        ArgumentNullException.ThrowIfNull(mechanisms);
        foreach (ScramMechanism mechanism in mechanisms)
        {
            byte[] salt = RandomNumberGenerator.GetBytes(ScramSaltBytes);
            var request = new AlterUserScramCredentialsRequest();
            AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion = request.Upsertions.Add();
            upsertion.Name = user;
            upsertion.Mechanism = (sbyte)mechanism;
            upsertion.Iterations = iterations;
            upsertion.Salt = salt;
            upsertion.SaltedPassword = ScramFormulas.SaltPassword(mechanism, password, salt, iterations);
            await AlterScramAsync(request, user, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a user's credentials of some mechanisms.</summary>
    /// <param name="user">Not empty.</param>
    /// <param name="mechanisms">At least one; all of them must be there.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have happened then.</param>
    /// <exception cref="KafkaException">One of them is not there, or the broker refused; mechanisms before that one are changed.</exception>
    public async Task DeleteScramCredentialsAsync(string user, IReadOnlyCollection<ScramMechanism> mechanisms, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(mechanisms);
        foreach (ScramMechanism mechanism in mechanisms)
        {
            var request = new AlterUserScramCredentialsRequest();
            AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion = request.Deletions.Add();
            deletion.Name = user;
            deletion.Mechanism = (sbyte)mechanism;
            await AlterScramAsync(request, user, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lists SCRAM credentials.</summary>
    /// <param name="user">Null = of all users.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By user and mechanism; empty if the user has none.</returns>
    /// <exception cref="KafkaException">The broker refused.</exception>
    public async Task<IReadOnlyList<ScramCredentialInfo>> ListScramCredentialsAsync(string? user = null, CancellationToken cancellationToken = default)
    {
        var request = new DescribeUserScramCredentialsRequest { Users = null };
        if (user is not null) (request.Users = []).Add().Name = user;
        DescribeUserScramCredentialsResponse response = await SendToControllerAsync(
            request, static response => ThrowIfError(response.ErrorCode, response.ErrorMessage, null), cancellationToken).ConfigureAwait(false);
        var found = new List<ScramCredentialInfo>();
        foreach (DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult result in response.Results)
        {
            if (result.ErrorCode == ErrorCode.ResourceNotFound) continue;
            ThrowIfError(result.ErrorCode, result.ErrorMessage, result.User);
            found.AddRange(result.CredentialInfos.Select(info => new ScramCredentialInfo(result.User, (ScramMechanism)info.Mechanism, info.Iterations)));
        }
        return [.. found.OrderBy(info => info.User, StringComparer.Ordinal).ThenBy(info => info.Mechanism)];
    }

    private Task<AlterUserScramCredentialsResponse> AlterScramAsync(AlterUserScramCredentialsRequest request, string user, CancellationToken cancellationToken) =>
        SendToControllerAsync(
            request,
            response =>
            {
                foreach (AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult result in response.Results)
                    ThrowIfError(result.ErrorCode, result.ErrorMessage, $"user '{user}'");
            },
            cancellationToken);
}
