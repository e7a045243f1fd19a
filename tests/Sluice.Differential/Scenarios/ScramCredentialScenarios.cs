using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Differential.Scenarios;

// Users of SCRAM. One user a request where order matters: Kafka's answers come in the order of a hash table.
internal static class ScramCredentialScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new(ApiKey.AlterUserScramCredentials, "Credentials come and go", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AlterUserScramCredentials))
            {
                await Try(s, version, "one", Upsert("carol", 1, 4096));
                await Described(s, "after one", "carol");
                await Try(s, version, "another mechanism", Upsert("carol", 2, 16384));
                await Described(s, "after two", "carol");
                await Try(s, version, "one goes, one changes", Both(Delete("carol", 1), Upsert("carol", 2, 8192)));
                await Described(s, "after that", "carol");
                await Try(s, version, "the last goes", Delete("carol", 2));
                await Described(s, "at the end", "carol");
                await Try(s, version, "it is gone already", Delete("carol", 2));
                await Try(s, version, "nothing", new AlterUserScramCredentialsRequest());
            }
        }),
        new(ApiKey.AlterUserScramCredentials, "Credentials that will not do", async s =>
        {
            foreach (short version in Session.Versions(ApiKey.AlterUserScramCredentials))
            {
                await Try(s, version, "too few iterations", Upsert("dave", 1, 4095));
                await Try(s, version, "too many iterations", Upsert("dave", 1, 16385));
                await Try(s, version, "no iterations", Upsert("dave", 1, -1));
                foreach (sbyte mechanism in new sbyte[] { 0, 3, -1 }) await Try(s, version, $"mechanism {mechanism}", Upsert("dave", mechanism, 4096));
                await Try(s, version, "deleting mechanism 0", Delete("dave", 0));
                await Try(s, version, "nobody", Upsert("", 1, 4096));
                await Try(s, version, "deleting nobody", Delete("", 1));
                await Try(s, version, "twice", Both(Upsert("dave", 1, 4096), Upsert("dave", 1, 4096)));
                await Try(s, version, "set and deleted", Both(Upsert("dave", 1, 4096), Delete("dave", 1)));
                await Try(s, version, "one good, one bad", Both(Upsert("dave", 1, 4096), Upsert("dave", 2, 1)));
                await Try(s, version, "one bad, one good", Both(Upsert("dave", 2, 1), Upsert("dave", 1, 4096)));
                await Try(s, version, "one good, one of no mechanism", Both(Upsert("dave", 1, 4096), Upsert("dave", 3, 4096)));
                await Try(s, version, "both good", Both(Upsert("dave", 1, 4096), Upsert("dave", 2, 4096)));
                await Try(s, version, "three", Both(Both(Upsert("dave", 1, 4096), Upsert("dave", 2, 4096)), Upsert("dave", 1, 4096)));
                await Try(s, version, "one that is not there goes, one comes", Both(Delete("dave", 1), Upsert("dave", 2, 4096)));
                await Described(s, "afterwards", "dave");
            }
        }),
        new(ApiKey.DescribeUserScramCredentials, "Users that are not there, and the same twice", async s =>
        {
            await Described(s, "missing", "nobody");
            await Described(s, "twice", "nobody", "nobody");
            await Described(s, "no name", "");
        }),
    ];

    private static Task<AlterUserScramCredentialsResponse?> Try(Session s, short version, string what, AlterUserScramCredentialsRequest request) => s.Send(request, version, what);

    private static async Task Described(Session s, string what, params string[] users)
    {
        await s.WaitUntilChangesAreSeen();
        DescribeUserScramCredentialsRequest request = new() { Users = [] };
        foreach (string user in users) request.Users.Add().Name = user;
        await s.Send(request, 0, $"described {what}");
    }

    private static AlterUserScramCredentialsRequest Upsert(string user, sbyte mechanism, int iterations) => new()
    {
        Upsertions = { new() { Name = user, Mechanism = mechanism, Iterations = iterations, Salt = new byte[] { 1, 2, 3 }, SaltedPassword = new byte[32] } },
    };

    private static AlterUserScramCredentialsRequest Delete(string user, sbyte mechanism) => new() { Deletions = { new() { Name = user, Mechanism = mechanism } } };

    private static AlterUserScramCredentialsRequest Both(AlterUserScramCredentialsRequest first, AlterUserScramCredentialsRequest second)
    {
        foreach (AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion in second.Deletions) first.Deletions.Add(deletion);
        foreach (AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion in second.Upsertions) first.Upsertions.Add(upsertion);
        return first;
    }
}
