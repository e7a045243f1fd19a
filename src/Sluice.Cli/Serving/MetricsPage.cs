using System.Globalization;
using System.Net;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sluice.Cli.Serving;

/// <summary>The page that Prometheus reads: every meter of the broker, and what clients push.</summary>
internal sealed class MetricsPage : IDisposable
{
    private const string MetersOfSluice = "Sluice.*";

    private readonly MeterProvider _provider;

    private MetricsPage(MeterProvider provider, string address)
    {
        _provider = provider;
        Address = address;
    }

    /// <summary>Where it is, as a URL.</summary>
    public string Address { get; }

    /// <summary>Opens the page.</summary>
    /// <param name="endpoint">Where to listen; the address of all networks is allowed.</param>
    /// <exception cref="CommandException">The port is in use, or may not be opened.</exception>
    public static MetricsPage Open(DnsEndPoint endpoint)
    {
        bool isAll = endpoint.Host is "0.0.0.0" or "::" or "*";
        string address = string.Create(CultureInfo.InvariantCulture, $"http://{endpoint.Host}:{endpoint.Port}/metrics");
        try
        {
            return new MetricsPage(
                Sdk.CreateMeterProviderBuilder()
                    .AddMeter(MetersOfSluice)
                    .AddPrometheusHttpListener(options =>
                    {
                        options.Host = isAll ? "*" : endpoint.Host;
                        options.Port = endpoint.Port;
                    })
                    .Build(),
                address);
        }
        catch (HttpListenerException failure)
        {
            throw new CommandException($"cannot open {address}: {failure.Message.TrimEnd('.')}; choose another port with --metrics");
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _provider.Dispose();
}
