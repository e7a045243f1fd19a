using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Testing;

namespace OrdersService.Tests;

#region factory
/// <summary>The whole service in this process, with the test's broker for a Kafka.</summary>
internal sealed class OrdersApp(SluiceBroker broker, string instanceId = "1", IPaymentGateway? payments = null, string timeout = "00:00:30") : WebApplicationFactory<Program>
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Kafka:BootstrapServers", broker.BootstrapServers);
        builder.UseSetting("Kafka:InstanceId", instanceId);
        builder.UseSetting("Kafka:Timeout", timeout);
        if (payments is not null) builder.ConfigureTestServices(services => services.AddSingleton(payments));
    }
}
#endregion
