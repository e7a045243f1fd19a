namespace Sluice.Testing.Tests.Documentation;

#region fixture
public sealed class BrokerFixture : IAsyncLifetime
{
    public SluiceBroker Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await SluiceBroker.StartAsync();

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
#endregion
