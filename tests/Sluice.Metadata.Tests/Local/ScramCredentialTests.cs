using Sluice.Metadata.Scram;
using Sluice.Protocol.Sasl;

namespace Sluice.Metadata.Tests.Local;

public sealed class ScramCredentialTests
{
    private static readonly MetadataImage s_empty = MetadataImage.Empty(Stores.ClusterId);
    private static readonly ScramCredential s_credential = ScramCredential.FromSaltedPassword(ScramMechanism.Sha256, "salt"u8, new byte[32], 4096);

    [Fact]
    public void A_credential_takes_the_place_of_the_one_before_and_goes()
    {
        MetadataImage image = s_empty.Apply([ScramCredentialSet.Of("alice", s_credential)]);
        image.ScramCredentials[new ScramUser("alice", ScramMechanism.Sha256)].StoredKey.ToArray().ShouldBe(s_credential.StoredKey.ToArray());
        ScramCredential other = ScramCredential.FromSaltedPassword(ScramMechanism.Sha256, "pepper"u8, new byte[32], 8192);
        image = image.Apply([ScramCredentialSet.Of("alice", other)]);
        image.ScramCredentials.ShouldHaveSingleItem().Value.Iterations.ShouldBe(8192);
        image.Apply([new ScramCredentialRemoved("alice", ScramMechanism.Sha256)]).ScramCredentials.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_credential_is_refused()
    {
        ScramCredentialSet sound = ScramCredentialSet.Of("alice", s_credential);
        foreach (ScramCredentialSet unsound in new[]
        {
            sound with { User = "" }, sound with { Mechanism = ScramMechanism.Unknown }, sound with { Mechanism = ScramMechanism.Sha512 }, sound with { Salt = "" },
            sound with { StoredKey = "AAAA" }, sound with { ServerKey = "!" }, sound with { Iterations = 0 },
        })
        {
            Should.Throw<MetadataChangeException>(() => s_empty.Apply([unsound]));
        }
        Should.Throw<MetadataChangeException>(() => s_empty.Apply([new ScramCredentialRemoved("alice", ScramMechanism.Sha256)]));
        Should.Throw<MetadataChangeException>(() => s_empty.Apply([new DelegationTokenRemoved("none")]));
    }

    [Fact]
    public void Its_text_form_shows_no_key() => ScramCredentialSet.Of("alice", s_credential).ToString().ShouldNotContain(Convert.ToBase64String(s_credential.ServerKey.Span));
}
