using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using Sluice.Client.Admin;
using Error = Confluent.Kafka.ErrorCode;

namespace Sluice.Testing.Tests.Documentation;

// What docs/testing-your-app.md shows of users, encryption, rights and quotas.
public class SecuritySnippets
{
    [Fact]
    public async Task Security()
    {
        #region security
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTopic("secrets")
            .WithTls()
            .WithUser("alice", "alices-password")
            .WithUser("admin", "admins-password", isSuper: true)
            .WithAcl("alice", AclResourceType.Topic, "orders", AclOperation.Read, AclOperation.Write));

        var config = new ProducerConfig(broker.ClientSettings("alice", "SCRAM-SHA-512"));
        using var producer = new ProducerBuilder<string, string>(config).Build();
        await producer.SendAsync("orders", "one");

        var refused = await Assert.ThrowsAsync<ProduceException<string, string>>(() => producer.SendAsync("secrets", "two"));
        Assert.Equal(Error.TopicAuthorizationFailed, refused.Error.Code);
        #endregion
    }

    // The loop that the page shows has no end of its own.
    [Fact(Timeout = 120_000)]
    public async Task Quota()
    {
        #region quota
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using SluiceBroker broker = await SluiceBroker.StartAsync(options => options
            .WithTopic("orders")
            .WithTimeProvider(time)
            .WithQuota("producer_byte_rate", 1000, clientId: "shop"));

        using var producer = Clients.Producer(broker, config => (config.ClientId, config.CompressionType) = ("shop", CompressionType.None));
        await producer.SendAsync("orders", new string('a', 20_000));                  // answered at once, and then not listened to
        Task<DeliveryResult<string, string>> held = producer.SendAsync("orders", "two");

        while (!held.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));   // about ten of them
            await Task.Delay(1);
        }
        #endregion
        await held;
    }
}
