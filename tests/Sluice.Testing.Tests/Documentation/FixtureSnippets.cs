namespace Sluice.Testing.Tests.Documentation;

#region fixture-use
public class BillingTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Tests_of_a_class_share_the_broker_and_have_topics_of_their_own()
    {
        string topic = $"orders-{Guid.NewGuid():N}";
        using var producer = Clients.Producer(fixture.Broker);
        await producer.SendAsync(topic, "one");

        Assert.Single(await fixture.Broker.Topic(topic).ReadAllAsync());
    }
}
#endregion
