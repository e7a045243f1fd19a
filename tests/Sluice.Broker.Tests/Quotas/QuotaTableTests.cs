using System.Collections.Immutable;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Broker.Quotas;
using Sluice.Metadata.Quotas;

namespace Sluice.Broker.Tests.Quotas;

public sealed class QuotaTableTests
{
    // First that has a limit counts. The second part of each says who shares the rate.
    private static readonly (string? User, string? ClientId, string? SharedUser, string? SharedClientId)[] s_places =
    [
        ("u", "c", "u", "c"), ("u", "", "u", "c"), ("u", null, "u", null), ("", "c", "u", "c"), ("", "", "u", "c"), ("", null, "u", null), (null, "c", null, "c"), (null, "", null, "c"),
    ];

    // A byte is a set of places with a limit; others have one of another kind, or belong to other names.
    [Fact]
    public void The_first_of_eight_places_counts() => Prop.ForAll(ArbMap.Default.ArbFor<byte>(), static places =>
    {
        ImmutableDictionary<ClientQuotaEntity, ClientQuotaLimits>.Builder quotas = ImmutableDictionary.CreateBuilder<ClientQuotaEntity, ClientQuotaLimits>();
        for (int i = 0; i < s_places.Length; i++)
        {
            bool isThere = (places >> i & 1) == 1;
            quotas.Add(
                new ClientQuotaEntity(s_places[i].User, s_places[i].ClientId, null),
                isThere ? ClientQuotaLimits.None with { ProducerByteRate = i + 1, ConsumerByteRate = 99 } : ClientQuotaLimits.None with { ConsumerByteRate = 99 });
        }
        quotas.Add(new ClientQuotaEntity("other", "c", null), ClientQuotaLimits.None with { ProducerByteRate = 1000 });
        quotas.Add(new ClientQuotaEntity("u", "other", null), ClientQuotaLimits.None with { ProducerByteRate = 1000 });

        QuotaTable table = new(quotas.ToImmutable());
        double? limit = table.Find(ClientQuotaKey.ProducerByteRate, "u", "c", out QuotaSharer sharer);
        int first = Enumerable.Range(0, s_places.Length).FirstOrDefault(i => (places >> i & 1) == 1, -1);
        limit.ShouldBe(first < 0 ? null : first + 1);
        if (first >= 0) sharer.ShouldBe(new QuotaSharer(ClientQuotaKey.ProducerByteRate, s_places[first].SharedUser, s_places[first].SharedClientId));
    }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

    [Fact]
    public void A_client_without_an_id_has_the_default()
    {
        QuotaTable table = Table((new(null, "", null), ClientQuotaLimits.None with { ProducerByteRate = 5 }), (new(null, "app", null), ClientQuotaLimits.None with { ProducerByteRate = 6 }));
        table.Find(ClientQuotaKey.ProducerByteRate, "u", "", out QuotaSharer sharer).ShouldBe(5);
        sharer.ShouldBe(new QuotaSharer(ClientQuotaKey.ProducerByteRate, null, ""));
        table.Find(ClientQuotaKey.ProducerByteRate, "u", "app", out _).ShouldBe(6);
        table.Find(ClientQuotaKey.ConsumerByteRate, "u", "app", out _).ShouldBeNull();
    }

    [Fact]
    public void An_address_has_its_own_limit_or_the_default()
    {
        QuotaTable table = Table(
            (new(null, null, "10.0.0.1"), ClientQuotaLimits.None with { ConnectionCreationRate = 5 }), (new(null, null, ""), ClientQuotaLimits.None with { ConnectionCreationRate = 7 }));
        table.FindAddress(IPAddress.Parse("10.0.0.1")).ShouldBe(5);
        table.FindAddress(IPAddress.Parse("::ffff:10.0.0.1")).ShouldBe(5);
        table.FindAddress(IPAddress.Parse("10.0.0.2")).ShouldBe(7);
        table.LimitsRequests.ShouldBeFalse();
        Table((new("u", null, null), ClientQuotaLimits.None with { RequestPercentage = 5 })).FindAddress(IPAddress.Loopback).ShouldBeNull();
    }

    private static QuotaTable Table(params (ClientQuotaEntity Entity, ClientQuotaLimits Limits)[] quotas) =>
        new(quotas.ToImmutableDictionary(static pair => pair.Entity, static pair => pair.Limits));
}
