using Sluice.Broker.Tests.Support;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Client.Security;
using Sluice.Metadata;
using Sluice.Protocol;
using Sluice.Protocol.Messages;
using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Tests.Security.Sasl;

/// <summary>Users with SCRAM credentials: set, described, logged in with, removed.</summary>
public class ScramUserTests
{
    [Theory]
    [InlineData(ScramMechanism.Sha256)]
    [InlineData(ScramMechanism.Sha512)]
    public async Task A_user_logs_in_with_the_password_that_was_set_also_after_a_restart(ScramMechanism mechanism)
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        await SetAsync(broker, "carol, =", "pässwörd", mechanism);
        await LogsInAsync(broker, "carol, =", "pässwörd", mechanism);
        await FailsAsync(broker, "carol, =", "password", mechanism);
        await FailsAsync(broker, "carol", "pässwörd", mechanism);

        await broker.RestartAsync();
        await LogsInAsync(broker, "carol, =", "pässwörd", mechanism);
        await SetAsync(broker, "carol, =", "another", mechanism);
        await FailsAsync(broker, "carol, =", "pässwörd", mechanism);
        await LogsInAsync(broker, "carol, =", "another", mechanism);
    }

    [Fact]
    public async Task A_credential_of_one_mechanism_is_none_of_another_and_can_be_removed()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        await SetAsync(broker, "carol", "pw", ScramMechanism.Sha512);
        await FailsAsync(broker, "carol", "pw", ScramMechanism.Sha256);
        await using KafkaConnection plain = await broker.ConnectPlainAsync();
        await AlterAsync(plain, request => Delete(request, "carol", 2));
        await FailsAsync(broker, "carol", "pw", ScramMechanism.Sha512);
        (await DescribeAsync(plain, "carol")).ShouldBe("carol ResourceNotFound Attempt to describe a user credential that does not exist: carol");
    }

    [Fact]
    public async Task Each_user_succeeds_or_fails_alone()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        await using KafkaConnection plain = await broker.ConnectPlainAsync();
        (await AlterAsync(plain, request =>
        {
            Delete(request, "missing", 1);
            Upsert(request, "good", 1);
            Upsert(request, "both", 1);
            Upsert(request, "both", 2);
            Upsert(request, "", 1);
            Upsert(request, "twice", 1);
            Upsert(request, "twice", 1);
            Upsert(request, "half", 1);
            Upsert(request, "half", 3);
            Upsert(request, "bad", 3);
            Upsert(request, "bad", 1);
            Delete(request, "gone", 1);
            Upsert(request, "gone", 2);
            Upsert(request, "few", 1, iterations: 4095);
            Upsert(request, "many", 1, iterations: 16385);
        })).ShouldBe(
            """
            missing ResourceNotFound Attempt to delete a user credential that does not exist
            gone ResourceNotFound Attempt to delete a user credential that does not exist
            good None
            both DuplicateResource A user credential cannot be altered twice in the same request
             UnacceptableCredential Username must not be empty
            twice DuplicateResource A user credential cannot be altered twice in the same request
            half DuplicateResource A user credential cannot be altered twice in the same request
            bad UnsupportedSaslMechanism Unknown SCRAM mechanism
            few UnacceptableCredential Too few iterations
            many UnacceptableCredential Too many iterations
            """);
        (await DescribeAsync(plain)).ShouldBe("good Sha256:4096");
        (await DescribeAsync(plain, "good", "good")).ShouldBe("good DuplicateResource Cannot describe SCRAM credentials for the same user twice in a single request: good");
    }

    [Fact]
    public async Task What_is_stored_is_neither_the_password_nor_logged()
    {
        await using TestBroker broker = await SaslBroker.StartAsync();
        await SetAsync(broker, "carol", "hunter2", ScramMechanism.Sha256);
        LoggedEvent changed = await broker.Log.WaitForAsync("ScramCredentialsChanged");
        changed.Message.ShouldBe("SCRAM credentials changed by User:ANONYMOUS: 1 set, 0 removed");
        await broker.StopAsync();
        string stored = await File.ReadAllTextAsync(Path.Combine(broker.DataDirectory, LocalMetadataStore.LogFileName), TestContext.Current.CancellationToken);
        stored.ShouldContain("ScramCredentialSet");
        stored.ShouldNotContain("hunter2");
        stored.ShouldNotContain(Convert.ToBase64String("hunter2"u8));
    }

    private static async Task SetAsync(TestBroker broker, string user, string password, ScramMechanism mechanism)
    {
        await using KafkaCluster cluster = await KafkaCluster.ConnectAsync($"127.0.0.1:{broker.Server.Endpoints[1].Address.Port}");
        await new AdminClient(cluster).SetScramPasswordAsync(user, password, [mechanism], 4096);
    }

    private static async Task LogsInAsync(TestBroker broker, string user, string password, ScramMechanism mechanism)
    {
        KafkaConnection connection = await broker.LogInAsync(SaslCredentials.Scram(mechanism, user, password));
        (await connection.SendAsync(new MetadataRequest { Topics = [] })).ErrorCode.ShouldBe(ErrorCode.None);
        broker.Server.Connections.ShouldContain(open => open.Principal.Name == user);
    }

    private static async Task FailsAsync(TestBroker broker, string user, string password, ScramMechanism mechanism)
    {
        KafkaException refusal = await Should.ThrowAsync<KafkaException>(() => broker.LogInAsync(SaslCredentials.Scram(mechanism, user, password)));
        refusal.Error.ShouldBe(ErrorCode.SaslAuthenticationFailed);
        refusal.Message.ShouldContain($"invalid credentials with SASL mechanism {SaslMechanismNames.Of(mechanism)}");
    }

    private static void Delete(AlterUserScramCredentialsRequest request, string user, sbyte mechanism)
    {
        AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion = request.Deletions.Add();
        (deletion.Name, deletion.Mechanism) = (user, mechanism);
    }

    private static void Upsert(AlterUserScramCredentialsRequest request, string user, sbyte mechanism, int iterations = 4096)
    {
        AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion = request.Upsertions.Add();
        (upsertion.Name, upsertion.Mechanism, upsertion.Iterations) = (user, mechanism, iterations);
        (upsertion.Salt, upsertion.SaltedPassword) = (new byte[] { 1, 2, 3 }, new byte[32]);
    }

    private static async Task<string> AlterAsync(KafkaConnection connection, Action<AlterUserScramCredentialsRequest> fill)
    {
        AlterUserScramCredentialsRequest request = new();
        fill(request);
        AlterUserScramCredentialsResponse response = await connection.SendAsync(request);
        return string.Join(Environment.NewLine, response.Results.Select(static result => $"{result.User} {result.ErrorCode} {result.ErrorMessage}".TrimEnd()));
    }

    private static async Task<string> DescribeAsync(KafkaConnection connection, params string[] users)
    {
        DescribeUserScramCredentialsRequest request = new() { Users = null };
        if (users.Length > 0) request.Users = [];
        foreach (string user in users) request.Users!.Add().Name = user;
        DescribeUserScramCredentialsResponse response = await connection.SendAsync(request);
        response.ErrorCode.ShouldBe(ErrorCode.None);
        return string.Join(Environment.NewLine, response.Results.Select(static result => result.ErrorCode == ErrorCode.None
            ? $"{result.User} {string.Join(' ', result.CredentialInfos.Select(static info => $"{(ScramMechanism)info.Mechanism}:{info.Iterations}"))}"
            : $"{result.User} {result.ErrorCode} {result.ErrorMessage}"));
    }
}
